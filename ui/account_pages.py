"""The account pages as HTML: sign in, take a password, sign out. No script of any kind."""

from collections.abc import Iterable

from practice.accounts import MAX_NAME_CHARS, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from practice.institution import Institution
from ui import guard, server
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
.or {display: flex; align-items: center; gap: .8rem; color: #5d6a70; margin: 1.2rem 0 0;}
.or::before, .or::after {content: ""; flex: 1; border-top: 1px solid #e4dfd4;}
.or + button, .or + form button {margin-top: .8rem;}
h2 {font: 600 1.15rem/1.3 Georgia, serif; margin: 1.8rem 0 .3rem;}
a {color: #2b6b66;} :focus-visible {outline: 3px solid #a35f00; outline-offset: 2px;}
.note {background: #f6ebe4; border: 1px solid #ead6c9; border-radius: .7rem; padding: .7rem .9rem;
  margin: .8rem 0;}
"""


def _page(title: str, body: str, head: str = "") -> str:
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{safe(title)} · Between Sessions</title><style>{CSS}</style>{head}</head>"
        f"<body><main><h1>{safe(title)}</h1>{body}</main></body></html>"
    )


def _note(trouble: str | None) -> str:
    return f'<p class="note" role="alert">{safe(trouble)}</p>' if trouble else ""


def _hidden(form_token: str) -> str:
    return f'<input type="hidden" name="form_token" value="{safe(form_token)}">'


def sign_in(
    form_token: str,
    target: str,
    name: str = "",
    trouble: str | None = None,
    elsewhere: Institution | None = None,
) -> str:
    """Returns the sign-in page.

    Args:
        form_token: goes back with the form.
        target: where to go afterwards.
        name: what was typed the last time.
        trouble: what was not right the last time, in one sentence.
        elsewhere: the institution whose own sign-in is offered too.
    """
    wanted = f'<input type="hidden" name="next" value="{safe(target)}">'
    other = (
        f'<p class="or">or</p><form method="post" action="{server.at(guard.INSTITUTION_START)}">'
        f'{_hidden(form_token)}{wanted}<button class="plain" name="purpose" value="sign_in">'
        f"Sign in with {safe(elsewhere.name)}</button></form>"
        if elsewhere
        else ""
    )
    return _page(
        "Sign in",
        '<p class="muted">Between Sessions: practice with standardized clients. What you say stays'
        f" on this server.</p>{_note(trouble)}"
        f'<form method="post" action="{server.at(guard.SIGN_IN)}">{_hidden(form_token)}{wanted}'
        '<label for="name">Your name</label><input id="name" name="name" type="text" required'
        f' autocomplete="username" maxlength="{MAX_NAME_CHARS}" value="{safe(name)}">'
        '<label for="password">Password</label><input id="password" name="password"'
        ' type="password" required autocomplete="current-password"'
        f' maxlength="{MAX_PASSWORD_CHARS}"><button>Sign in</button></form>{other}'
        '<p class="muted" style="margin:1.2rem 0 0">Forgotten your password? Your instructor can'
        " give you a link to set a new one.</p>",
    )


def take_way_in(
    form_token: str,
    token: str,
    name: str,
    *,
    invited: bool,
    first: bool,
    trouble: str | None = None,
    elsewhere: Institution | None = None,
) -> str:
    """Returns the page behind a one-time link: take a password, or the institution's sign-in.

    Args:
        form_token: goes back with the form.
        token: of the link.
        name: whose link it is.
        invited: whether it is an invitation, which also asks for consent.
        first: whether it is the first instructor, who also says their name.
        trouble: what was not right the last time, in one sentence.
        elsewhere: the institution whose own sign-in is offered too.
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
    other = (
        '<p class="or">or</p><button class="plain" formnovalidate name="purpose"'
        f' value="one_time_link" formaction="{server.at(guard.INSTITUTION_START)}">'
        f'Sign in with {safe(elsewhere.name)}</button><p class="muted" style="margin:.8rem 0 0">'
        "You then need no password here: you come in that way from now on.</p>"
        if elsewhere
        else ""
    )
    return _page(
        "Welcome" if invited else "A new password",
        f'{_note(trouble)}<form method="post" action="{server.at(guard.LINK + safe(token))}">'
        f'{_hidden(form_token)}<input type="hidden" name="token" value="{safe(token)}">'
        f'{asked}{consent}<label for="password">A password</label>'
        '<input id="password" name="password"'
        f' type="password" required autocomplete="new-password" minlength="{MIN_PASSWORD_CHARS}"'
        f' maxlength="{MAX_PASSWORD_CHARS}" aria-describedby="hint">'
        f'<p class="muted" id="hint">At least {MIN_PASSWORD_CHARS} characters. Three or four'
        f" unrelated words do well.</p><button>Begin</button>{other}</form>",
    )


def account(
    form_token: str,
    name: str,
    roles: Iterable[str],
    n_sessions: int,
    *,
    password: bool = True,
    linked: bool = False,
    elsewhere: Institution | None = None,
) -> str:
    """Returns the page of somebody signed in, with their ways in and out.

    Args:
        form_token: goes back with the forms.
        name: theirs.
        roles: what they are here.
        n_sessions: in how many places they are signed in.
        password: whether they have one.
        linked: whether their institution's sign-in opens this account.
        elsewhere: the institution whose sign-in is offered.
    """
    places = "only here" if n_sessions == 1 else f"in {n_sessions} places"
    return _page(
        "Your account",
        f"<p>You are <b>{safe(name)}</b>: {safe(', '.join(sorted(roles)))}. Signed in {places}.</p>"
        f'<form method="post" action="{server.at(guard.SIGN_OUT)}">{_hidden(form_token)}'
        '<button name="where" value="here">Sign out</button>'
        '<button class="plain" name="where" value="everywhere">Sign out everywhere</button></form>'
        f"{_elsewhere(form_token, password, linked, elsewhere)}"
        f'<p style="margin:1.2rem 0 0"><a href="{server.at("/")}">Back to practice</a></p>',
    )


def _elsewhere(form_token: str, password: bool, linked: bool, elsewhere: Institution | None) -> str:
    """Returns the part of the account page about the institution's sign-in, if there is one."""
    if elsewhere is None and not linked:
        return ""
    name = safe(elsewhere.name if elsewhere else "your institution")
    if not linked:
        where, words = guard.INSTITUTION_START, f"Link {name}"
        said = f"Link {name} to this account, and you can come in that way too."
    elif password:
        where, words = guard.INSTITUTION_UNLINK, f"Unlink {name}"
        said = (
            f"You can come in with your password or with {name}. Signing out here does not sign you"
            f" out of {name}."
        )
    else:
        where, words = "", ""
        said = (
            f"You come in with {name} and have no password here. Signing out here does not sign you"
            f" out of {name}. If you would like a password too, ask your instructor for a link."
        )
    button = (
        f'<form method="post" action="{server.at(where)}">{_hidden(form_token)}'
        f'<button class="plain" name="purpose" value="account">{words}</button></form>'
        if where
        else ""
    )
    title = name[:1].upper() + name[1:]
    return f'<h2>{title}</h2><p class="muted">{said}</p>{button}'


def on_the_way(address: str, name: str) -> str:
    """Returns a page that goes on to the institution's own by itself.

    Not a redirect: the page that a form was sent from lets its forms go nowhere but here.
    """
    link = f'<a href="{safe(address)}">go on to {safe(name)}</a>'
    return _page(
        f"On to {name}",
        f"<p>If nothing happens by itself: {link}.</p>",
        f'<meta http-equiv="refresh" content="0;url={safe(address)}">',
    )


def sentence(title: str, text: str, path: str = guard.SIGN_IN, words: str = "Sign in") -> str:
    """Returns a page with one thing to say, and a link to one of our own pages."""
    link = f'<a href="{safe(server.at(path))}">{safe(words)}</a>'
    return _page(title, f"<p>{safe(text)}</p><p>{link}</p>")
