"""The pages for people: the shopper's at `/`, and the support desk at `/support`.

They hold no privilege. Whatever they do goes through the public HTTP API with the visitor's own token,
which stays in this process: the browser has a random cookie in its place.
"""

from web.pages.site import PagesConfig, mount

__all__ = ["PagesConfig", "mount"]
