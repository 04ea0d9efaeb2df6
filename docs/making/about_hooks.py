"""The hooks, as `hookspecs.py` has them."""

from typing import Final

from hookline.kernel.plugins.hookspecs import HookSpecs

from docs.making.markdown import code, page, prose, section
from docs.making.signatures import called

_ABOUT: Final = """
Most plugins only declare things on a `Plugin` object, which answers `contribute` for them. A plugin's module may also
implement any hook itself, for every entity at once, as a function of the hook's name marked `@hookimpl` that takes those of
the hook's arguments it wants, by name:

```python
@hookimpl
def before_delete(event: BeforeDelete[Any]) -> None:
    if event.record.version > 100:
        event.reject("This has been worked on too often to be thrown away.")
```

Plugins are called in the order of their names, each after those it needs. A misspelt hook or argument stops the plugin at
the start, with the name that was probably meant. `hookline hooks` lists what is implemented, `/-/hooks` shows it at work.
"""


def written() -> str:
    """The page."""
    hooks = [(name, hook) for name, hook in vars(HookSpecs).items() if not name.startswith("_")]
    parts = [
        section(name, code(f"def {called(name, hook, method=True)}: ..."), prose(hook.__doc__))
        for name, hook in hooks
    ]
    return page("Hooks", _ABOUT, *parts)
