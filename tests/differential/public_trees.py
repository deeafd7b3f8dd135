"""Public Alembic trees, cloned by whoever wants to try them: what the tools that walk them share.

A folder of trees holds one folder for each, with a tree.json that says where the versions are (`versions`), which
dialects the project targets (`dialects`) and whose it is (`repo`). Nothing of it belongs to this project.
"""
import importlib.machinery
import json
import re
import sys
import types

REVISION = re.compile(r"^revision\b", re.MULTILINE)


class Tree:
    def __init__(self, folder):
        self.folder = folder
        self.facts = json.loads((folder / "tree.json").read_text())
        self.versions = folder / self.facts["versions"]
        self.root = self.versions.parent

    @property
    def name(self):
        return f"{self.folder.name} {self.facts['repo']}"

    @property
    def dialects(self):
        return self.facts["dialects"]

    def locations(self):
        """Every folder that holds revision files: some trees have one for each release."""
        files = [path for path in self.versions.rglob("*.py") if REVISION.search(path.read_text(errors="replace"))]
        return sorted({path.parent for path in files})

    def around(self):
        """The folders above the tree, which it may be a package of."""
        return [above for above in self.root.parents if above.is_relative_to(self.folder)]

    def write_ini(self, work, script_location=None, **keys):
        """An ini for both tools, in `work`."""
        keys = {"script_location": script_location or self.root, "version_locations": ":".join(map(str, self.locations())),
                "version_path_separator": "os", "prepend_sys_path": ":".join(map(str, (self.root, self.versions, *self.around()))), **keys}
        ini = work / "alembic.ini"
        ini.write_text("[alembic]\n" + "".join(f"{key} = {str(value).replace('%', '%%')}\n" for key, value in keys.items()))
        return ini


def trees(folder, only):
    found = [Tree(path.parent) for path in folder.glob("*/tree.json")]
    return sorted((tree for tree in found if not only or tree.folder.name in only), key=lambda tree: (len(tree.folder.name), tree.folder.name))


class Absent:
    """A name of a package that is not installed: harmless until it is used."""

    def __init__(self, name):
        self.__dict__["_name"] = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self._name}.{name}")

    def _fail(self, *args, **keywords):
        raise ImportError(f"{self._name} is not installed")

    __call__ = __iter__ = __len__ = __getitem__ = __bool__ = __mro_entries__ = _fail


class Anything(Absent):
    """The same where only the graph is read: nothing that a file does when it is loaded may fail."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(f"{self._name}.{name}")

    def __call__(self, *args, **keywords):
        return Anything(f"{self._name}()")

    def __getitem__(self, key):
        return Anything(f"{self._name}[]")

    def __or__(self, other):
        return self

    __ror__ = __or__

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __bool__(self):
        return False

    def __mro_entries__(self, bases):
        return ()


class AbsentPackages:
    """What nothing else finds is there, and empty: revisions import much that they do not use."""

    def __init__(self, kind):
        self.kind = kind

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("alembic", "sqlalchemy"):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = types.ModuleType(spec.name)

        def absent(name):
            if name.startswith("__"):
                raise AttributeError(name)
            return self.kind(f"{spec.name}.{name}")

        module.__getattr__ = absent
        return module

    def exec_module(self, module):
        pass


def stand_in_for_missing_packages(kind=Absent):
    sys.meta_path.append(AbsentPackages(kind))
