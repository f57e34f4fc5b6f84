"""The document that a page arrives as: Gradio's own, without what calls home, and the sign-in form.

A page may run the scripts of this server and those that carry the answer's nonce. Gradio needs two
exceptions: it evaluates its parts' templates ('unsafe-eval') and writes styles into elements.
"""

import re
from html import escape
from pathlib import Path

STATIC = Path(__file__).parent / "static"
STYLE = (STATIC / "pages.css").read_text(encoding="utf-8")

#: The mark of the page in the browser's tab, drawn in place: two rings that fit into each other.
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none'"
    " stroke-width='4'%3E%3Ccircle cx='12' cy='16' r='8' stroke='%230f6b57'/%3E"
    "%3Ccircle cx='20' cy='16' r='8' stroke='%23e0a458'/%3E%3C/svg%3E"
)

#: Gradio's advertisement of itself, and a manifest that would install it as an app.
_FOREIGN = re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>|<link rel="manifest"[^>]*>')


def policy(nonce: str) -> str:
    """The content security policy of a page with Gradio in it."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' https: data:; font-src 'self' data:; "
        "connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


FORM_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def dressed(document: str, nonce: str, title: str) -> str:
    """Gradio's document as it is sent: styled before its scripts have loaded, and sealed with `nonce`."""
    own = (
        f'<meta name="description" content="{escape(title)}"><meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="{ICON}"><title>{escape(title)}</title><style>{STYLE}</style>'
    )
    waiting = f'<div class="pw-opening" role="status">{escape(title)}<span>One moment</span></div>'
    document = _FOREIGN.sub("", document)
    document = document.replace("</head>", f"{own}</head>", 1)
    document = document.replace("<gradio-app", f"{waiting}<gradio-app", 1)
    return document.replace("<script", f'<script nonce="{nonce}"')


def opening(title: str) -> str:
    """What is shown while the pages are being built; it looks again by itself."""
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="1">
<title>{escape(title)}</title><style>{STYLE}</style></head>
<body><div class="pw-opening" role="status">{escape(title)}<span>We open in a moment</span></div></body>
</html>
"""


def sign_in(problem: str = "") -> str:
    """The form that asks a person of the shop who they are."""
    told = f'<p class="failure" role="alert">{escape(problem)}</p>' if problem else ""
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="{ICON}">
<title>Support: sign in</title><style>{STYLE}</style></head>
<body class="pw-sign-in"><main class="part">
<h1><span class="mark" aria-hidden="true"></span>Support</h1>
<p>The demo prints an account at its start; for a shop,
<code>python app.py accounts create NAME</code> makes one.</p>
{told}
<form method="post" action="/support/sign-in">
<label for="login">Name</label>
<input id="login" name="login" autocomplete="username" required maxlength="80" autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200">
<button type="submit" class="main">Sign in</button>
</form>
</main></body>
</html>
"""
