"""The account pages as HTML: sign in, take a password, sign out. No script of any kind."""

from collections.abc import Iterable

from practice.accounts import MAX_NAME_CHARS, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from ui.style import safe

CSS = """
* {box-sizing: border-box;}
body {margin: 0; min-height: 100vh; display: grid; place-items: center; background: #fbfaf7;
  color: #26323a; font: 1rem/1.6 system-ui, sans-serif; padding: 1.2rem;}
main {width: min(27rem, 100%); background: #fff; border: 1px solid #e4dfd4; border-radius: 14px;
  padding: 1.8rem;}
h1 {font: 600 1.6rem/1.25 Georgia, serif; margin: 0 0 .3rem; overflow-wrap: anywhere;}
p {margin: 0 0 1rem;} .muted {color: #5d6a70; font-size: .92rem;}
label {display: block; font-weight: 600; margin: .9rem 0 .25rem;}
label.tick {display: flex; gap: .6rem; font-weight: 400; align-items: flex-start;}
label.tick input {margin-top: .35rem;}
input[type=text], input[type=password] {width: 100%; font: inherit; padding: .6rem .75rem;
  border: 1px solid #8b959a; border-radius: .7rem; background: #fff; color: inherit;}
button {font: inherit; font-weight: 600; padding: .6rem 1.1rem; border-radius: .7rem;
  cursor: pointer; border: 1px solid #2b6b66; background: #2b6b66; color: #fff;
  margin-top: 1.2rem; width: 100%;}
button.plain {background: #fff; color: #2b6b66;}
a {color: #2b6b66;} :focus-visible {outline: 3px solid #a35f00; outline-offset: 2px;}
.note {background: #f6ebe4; border: 1px solid #ead6c9; border-radius: .7rem; padding: .7rem .9rem;
  margin: .8rem 0;}
"""


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{safe(title)} · Between Sessions</title><style>{CSS}</style></head>"
        f"<body><main><h1>{safe(title)}</h1>{body}</main></body></html>"
    )


def _note(trouble: str | None) -> str:
    return f'<p class="note" role="alert">{safe(trouble)}</p>' if trouble else ""


def _hidden(form_token: str) -> str:
    return f'<input type="hidden" name="form_token" value="{safe(form_token)}">'


def sign_in(form_token: str, target: str, name: str = "", trouble: str | None = None) -> str:
    """Returns the sign-in page."""
    return _page(
        "Sign in",
        '<p class="muted">Between Sessions: practice with standardized clients. What you say stays'
        f" on this server.</p>{_note(trouble)}"
        f'<form method="post">{_hidden(form_token)}'
        f'<input type="hidden" name="next" value="{safe(target)}">'
        '<label for="name">Your name</label><input id="name" name="name" type="text" required'
        f' autocomplete="username" maxlength="{MAX_NAME_CHARS}" value="{safe(name)}">'
        '<label for="password">Password</label><input id="password" name="password"'
        ' type="password" required autocomplete="current-password"'
        f' maxlength="{MAX_PASSWORD_CHARS}"><button>Sign in</button></form>'
        '<p class="muted" style="margin:1.2rem 0 0">Forgotten it? Your instructor can give you a'
        " link to set a new one.</p>",
    )


def take_password(
    form_token: str, name: str, *, invited: bool, first: bool, trouble: str | None = None
) -> str:
    """Returns the page behind a one-time link.

    Args:
        form_token: goes back with the form.
        name: whose link it is.
        invited: whether it is an invitation, which also asks for consent.
        first: whether it is the first instructor, who also says their name.
        trouble: what was not right the last time, in one sentence.
    """
    asked = (
        '<label for="name">Your name, as you will sign in</label><input id="name" name="name"'
        f' type="text" required autocomplete="username" maxlength="{MAX_NAME_CHARS}">'
        if first
        else f'<p>You will sign in as <b>{safe(name)}</b>.</p><input type="text" name="username"'
        f' autocomplete="username" value="{safe(name)}" hidden>'
    )
    consent = (
        '<label class="tick"><input type="checkbox" name="practice" value="yes" required>'
        "<span>My replies may be recorded, written down and scored on this server so that I can"
        " practise. I can take this back, download everything or delete it at any time. Nobody else"
        " hears a reply unless I submit it for review.</span></label>"
        if invited
        else ""
    )
    return _page(
        "Welcome" if invited else "A new password",
        f'{_note(trouble)}<form method="post">{_hidden(form_token)}{asked}'
        '<label for="password">A password</label><input id="password" name="password"'
        f' type="password" required autocomplete="new-password" minlength="{MIN_PASSWORD_CHARS}"'
        f' maxlength="{MAX_PASSWORD_CHARS}" aria-describedby="hint">'
        f'<p class="muted" id="hint">At least {MIN_PASSWORD_CHARS} characters. Three or four'
        f" unrelated words do well.</p>{consent}<button>Begin</button></form>",
    )


def account(form_token: str, name: str, roles: Iterable[str], n_sessions: int) -> str:
    """Returns the page of somebody signed in, with both ways to sign out."""
    places = "only here" if n_sessions == 1 else f"in {n_sessions} places"
    return _page(
        "Your account",
        f"<p>You are <b>{safe(name)}</b>: {safe(', '.join(sorted(roles)))}. Signed in {places}.</p>"
        f'<form method="post" action="/account/sign-out">{_hidden(form_token)}'
        '<button name="where" value="here">Sign out</button>'
        '<button class="plain" name="where" value="everywhere">Sign out everywhere</button></form>'
        '<p style="margin:1.2rem 0 0"><a href="/">Back to practice</a></p>',
    )


def sentence(title: str, text: str) -> str:
    """Returns a page with one thing to say."""
    return _page(title, f'<p>{safe(text)}</p><p><a href="/account/sign-in">Sign in</a></p>')
