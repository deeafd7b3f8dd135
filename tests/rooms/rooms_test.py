"""Tests of rooms.py: small trees with one thing wrong."""
import tempfile
import unittest
from pathlib import Path

from rooms import check

README = """
| room | what it is | may include | doors |
|---|---|---|---|
| base | helpers | | all |
| graph | edges | base | graph |
| script | files | graph | script |
| fleet | runs | script | fleet |

Plugins see `graph` and what it brings. The command line sees `fleet` and `base`.
"""
DOORS = {"core/base/text.hpp": "", "core/graph/graph.hpp": "", "core/graph/inner.hpp": "", "core/script/script.hpp": "",
         "core/fleet/fleet.hpp": "", "plugins/p/p.cpp": "", "cli/main.cpp": "", "tests/graph/support.hpp": ""}


class RoomsTest(unittest.TestCase):
    def complaints(self, files, readme=README):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**DOORS, "core/README.md": readme, **files}.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return list(check(Path(folder)))

    def test_accepts_arrows_of_the_table(self):
        self.assertEqual(self.complaints({
            "core/graph/a.cpp": '#include "graph/inner.hpp"\n#include "base/text.hpp"\n#include <vector>\n',
            "core/script/a.cpp": '#include "graph/graph.hpp"\n#include "base/text.hpp"\n#include "a.hpp"\n',
            "plugins/p/a.cpp": '#include "graph/graph.hpp"\n#include "base/text.hpp"\n',
            "cli/a.cpp": '#include "fleet/fleet.hpp"\n#include "base/text.hpp"\n',
            "tests/graph/a.cpp": '#include "script/script.hpp"\n#include "graph/support.hpp"\n'}), [])

    def test_refuses_an_arrow_upwards(self):
        self.assertEqual(self.complaints({"core/graph/a.cpp": '\n#include "script/script.hpp"\n'}),
                         ["core/graph/a.cpp:2: room 'graph' may not include room 'script'"])

    def test_refuses_arrows_in_brackets_and_headers_too(self):
        self.assertEqual(self.complaints({"core/base/a.hpp": "#  include <graph/graph.hpp>\n"}),
                         ["core/base/a.hpp:1: room 'base' may not include room 'graph'"])

    def test_refuses_what_is_no_door(self):
        text = '#include "graph/inner.hpp"\n'
        for name in ("core/script/a.cpp", "plugins/p/a.cpp", "tests/graph/a.cpp"):
            self.assertEqual(self.complaints({name: text}), [f"{name}:1: 'graph/inner.hpp' is no door of room 'graph'"])

    def test_refuses_rooms_that_outsiders_do_not_see(self):
        self.assertEqual(self.complaints({"plugins/p/a.cpp": '#include "fleet/fleet.hpp"\n', "cli/a.cpp": '#include "graph/graph.hpp"\n'}),
                         ["plugins/p/a.cpp:1: plugins/ may not include room 'fleet'", "cli/a.cpp:1: cli/ may not include room 'graph'"])

    def test_refuses_a_way_around(self):
        self.assertEqual(self.complaints({"core/base/a.cpp": '#include "../graph/graph.hpp"\n'}),
                         ["core/base/a.cpp:1: write the path from core/, without '..'"])

    def test_refuses_a_table_that_is_not_the_tree(self):
        self.assertEqual(self.complaints({"core/new/a.cpp": ""}), ["core/README.md: room 'new' has no row"])
        self.assertEqual(self.complaints({}, README.replace("\n\nPlugins", "\n| old | x | base | old |\n\nPlugins")),
                         ["core/README.md: room 'old' has no folder"])
        self.assertEqual(self.complaints({}, README.replace("| fleet |\n", "| fleet more |\n")), ["core/README.md: room 'fleet' has no door 'more.hpp'"])
        self.assertEqual(self.complaints({}, README.replace("| helpers | |", "| helpers | nothing |")),
                         ["core/README.md: room 'base' may include 'nothing', which is no room"])
        self.assertEqual(self.complaints({}, README.replace("| edges | base |", "| edges | script |")),
                         ["core/README.md: rooms 'graph' and 'script' include each other",
                          "core/README.md: rooms 'script' and 'graph' include each other"])
        self.assertIn("core/README.md: found no table", self.complaints({}, "nothing")[0])


unittest.main()
