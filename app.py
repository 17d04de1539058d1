"""The router: page settings and navigation. Started by ``streamlit run app.py``."""

import streamlit as st

from ui import about, attempts, author, library, portfolio, practise, progress, resources, style

st.set_page_config(
    page_title="Between Sessions", page_icon="🌿", layout="centered", initial_sidebar_state="auto"
)
style.apply()
if resources.ready():
    page = st.navigation(
        [
            st.Page(practise.page, title="Practise", url_path="practise", default=True),
            st.Page(library.page, title="Library", url_path="library"),
            st.Page(attempts.page, title="Your attempts", url_path="attempts"),
            st.Page(progress.page, title="Your progress", url_path="progress"),
            st.Page(portfolio.page, title="Portfolio", url_path="portfolio"),
            st.Page(author.page, title="Write a client", url_path="author"),
            st.Page(about.page, title="How it decides", url_path="about"),
        ],
        position="top",
    )
    page.run()
