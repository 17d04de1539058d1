"""The entry, started by ``streamlit run app.py``: the server's when imported, else the screens'."""

import streamlit as st

from ui import router, server

if __name__ == "__main__":  # Streamlit runs this file for every person and every touch
    router.run()
else:  # the server takes its parts from here, once: the guard, the account pages, the screens
    app = st.App("app.py", **server.entry())
