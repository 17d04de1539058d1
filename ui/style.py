"""The look that Streamlit's theme cannot give: cards, score bars, highlighted words.

Everything here is HTML of our own making; any text of a person's goes through `safe` first.
"""

import html
import re

import streamlit as st

MARKDOWN = re.compile(r"([\\`*_{}\[\]()#!|<>~$:])")

CSS = """
<style>
.block-container {max-width: 860px; padding-top: 4.5rem; padding-bottom: 5rem;}
.bs h2, .bs h3, .bs p, .bs dl, .bs dd {margin: 0; padding: 0;}
.bs {font-size: 1rem; line-height: 1.6; color: #26323a; overflow-wrap: anywhere;}
.bs .eyebrow {font-size: .8rem; letter-spacing: .04em; color: #5d6a70;}
.bs .card {background: #fff; border: 1px solid #e4dfd4; border-radius: 14px; padding: 1.25rem 1.4rem;}
.bs .grid {display: grid; gap: .9rem; grid-template-columns: repeat(auto-fit, minmax(215px, 1fr));}
.bs .pair {display: grid; gap: .9rem; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr));}
.bs dl.facts {display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1rem; margin-top: .9rem;}
.bs dl.facts dt {color: #5d6a70;}
.bs .situation {margin-top: .9rem; padding-top: .9rem; border-top: 1px solid #eee9df;}
.bs .line {font-family: "Source Serif", Georgia, serif; font-size: 1.15rem; border-left: 3px solid #2b6b66;
  padding: .1rem 0 .1rem .9rem;}
.bs .name {font-weight: 600;}
.bs .big {font-family: "Source Serif", Georgia, serif; font-size: 2rem; line-height: 1.2;}
.bs .muted {color: #5d6a70; font-size: .9rem;}
.bs .bar {position: relative; height: 12px; border-radius: 6px; background: #ece8df; margin: .55rem 0 .2rem;}
.bs .bar .likely {position: absolute; top: 0; height: 12px; border-radius: 6px; opacity: .38;}
.bs .bar .dot {position: absolute; top: -3px; width: 18px; height: 18px; margin-left: -9px; border-radius: 50%;
  border: 3px solid #fff; box-sizing: border-box; box-shadow: 0 0 0 1px rgba(0,0,0,.25);}
.bs .ticks {display: flex; justify-content: space-between; font-size: .75rem; color: #5d6a70;}
.bs .rationale .dot, .bs .rationale .likely {background: #a35f00;}
.bs .collaboration .dot, .bs .collaboration .likely {background: #1f6f8b;}
.bs .obstacles .dot, .bs .obstacles .likely {background: #7a4a94;}
.bs .reply {font-size: 1.05rem; line-height: 2;}
.bs mark {color: inherit; padding: .12em .18em; border-radius: 4px; background: #f3f1ec;}
.bs mark.rationale {background: #fdf0d9; border-bottom: 2px solid #a35f00;}
.bs mark.collaboration {background: #dff0f5; border-bottom: 2px solid #1f6f8b;}
.bs mark.obstacles {background: #f1e6f6; border-bottom: 2px solid #7a4a94;}
.bs mark.watch {background: #f6ebe4; border-bottom: 2px dashed #8a4b2d;}
.bs .tag {display: inline-block; font-size: .74rem; line-height: 1.35; padding: .05rem .5rem; border-radius: 99px;
  margin: 0 .15rem; vertical-align: .1em; background: #fff; white-space: nowrap; border: 1px solid currentColor;}
.bs .tag.rationale {color: #8a5000;} .bs .tag.collaboration {color: #1b6079;}
.bs .tag.obstacles {color: #6b3f83;} .bs .tag.watch {color: #7d4327;}
.bs .keep {border-left: 4px solid #2b6b66;} .bs .change {border-left: 4px solid #a35f00; background: #fffaf1;}
.bs a {color: #2b6b66;}
.bs .who {text-align: right;}
.bs .wide {overflow-x: auto;} .bs table.side {border-collapse: collapse; width: 100%; margin-top: .5rem;}
.bs table.side th, .bs table.side td {text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0;
  border-bottom: 1px solid #eee9df;} .bs table.side th {font-weight: 600;}
.bs table.items {min-width: 33rem; overflow-wrap: normal;}
.bs .cards {display: grid; gap: .9rem;}
.st-key-presses {display: none;}
.bs .changed {line-height: 1.8;} .bs .changed del {color: #7d4327;} .bs .changed ins {background: #dff0f5;
  text-decoration: underline; text-underline-offset: 3px; border-radius: 4px; padding: .05em .15em;}
.bs .note {background: #f6ebe4; border-color: #ead6c9;}
.bs a.go {display: inline-block; margin-top: .6rem; padding: .45rem 1.1rem; border-radius: 10px; background: #fff;
  border: 1px solid #2b6b66; color: #2b6b66; text-decoration: none; font-weight: 600;}
.bs ul, .bs ol {margin: .3rem 0 0 1.1rem; padding: 0;}
.bs .bar {margin-top: .8rem;}
.bs .counts {grid-template-columns: repeat(auto-fit, minmax(130px, 1fr));}
.bs table.plain {border-collapse: collapse; width: 100%; font-size: .9rem;}
.bs table.plain th, .bs table.plain td {text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #eee9df;}
.bs table.agree {border-collapse: collapse; width: 100%; table-layout: fixed; margin-top: .6rem;}
.bs table.agree th, .bs table.agree td {text-align: left; vertical-align: top; padding: .45rem .7rem .45rem 0;
  border-bottom: 1px solid #eee9df; font-weight: 400;} .bs table.agree thead th {color: #5d6a70; font-size: .9rem;}
.bs .agree .bar {margin: .4rem 7px .35rem;} .bs .agree .dot {width: 14px; height: 14px; margin-left: -7px; top: -1px; border-width: 2px;}
 .bs .agree .muted {line-height: 1.35;}
.bs .watch .dot, .bs .watch .likely {background: #8a4b2d;}
.bs a:not(.go) {color: #2b6b66;}
.bs ol + p, .bs p.muted + p {margin-top: .5rem;}
.bs .keep p + p, .bs ul + p {margin-top: .4rem;}
/* Under a page's title come headings of the second level, in the size that Streamlit gives the third. */
[data-testid="stHeading"] h2 {font-size: 1.75rem; padding: .5rem 0 1rem;}
[data-testid="stHeading"] h3 {font-size: 1.35rem;}
/* Streamlit's own small print is too faint, its focus often cannot be seen, and its buttons are small. */
[data-testid="stCaptionContainer"] {opacity: 1 !important; color: #5d6a70;}
[data-testid="stCaptionContainer"] p {color: #5d6a70;}
[data-testid="stHeaderActionElements"] {display: none;}
a:focus-visible, button:focus-visible, summary:focus-visible, audio:focus-visible,
label:has(input:focus-visible) {outline: 3px solid #a35f00 !important; outline-offset: 2px; border-radius: 6px;}
[data-testid="stAudioInput"] button {min-width: 44px; min-height: 44px;}
[data-testid="stRadioOption"] > div > div:first-child {box-shadow: 0 0 0 1px #7d878b; border-radius: 50%;}
label:has(input[role="switch"]) > div:first-of-type {box-shadow: 0 0 0 1px #7d878b; border-radius: 99px;}
@media (max-width: 640px) {
  h1 {font-size: 2rem !important;}
  .block-container {padding-left: 1rem; padding-right: 1rem; padding-top: 4rem;}
  .bs dl.facts {grid-template-columns: 1fr; gap: .1rem;} .bs dl.facts dd {margin-bottom: .5rem;}
}
@media (prefers-reduced-motion: reduce) {* {animation: none !important; transition: none !important;}}
</style>
"""


def apply() -> None:
    """Gives the page our look."""
    st.html(CSS)


def safe(text: str) -> str:
    """Returns a person's text, harmless inside HTML."""
    return html.escape(text, quote=True)


def plain(text: str) -> str:
    """Returns a person's text as it may stand in a label, where Streamlit reads Markdown."""
    return MARKDOWN.sub(r"\\\1", text)


def block(body: str) -> None:
    """Shows HTML made here (texts in it already `safe`)."""
    st.html(f'<div class="bs">{body}</div>')


def card(body: str, kind: str = "") -> str:
    """Returns the HTML of one card."""
    return f'<div class="card {kind}">{body}</div>'
