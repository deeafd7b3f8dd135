// The package `alembic.autogenerate` as an env.py and what it imports use it: a Rewriter for
// process_revision_directives, and the functions that write operations of a project's own.
#include "script/alembic/sources.hpp"

const std::string_view orch::script::alembic_sources::autogenerate = R"python(
from alembic.operations import ops as _ops

def _by_class(table, thing):
    for cls in type(thing).__mro__:
        if cls in table:
            return table[cls]
    return None

def _listed(value):
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]

class Rewriter:
    def __init__(self):
        self._functions = {}
        self._next = ()

    def rewrites(self, operator):
        def register(function):
            for cls in _listed(operator):
                self._functions[cls] = function
            return function
        return register

    def chain(self, other):
        both = self.__class__.__new__(self.__class__)
        for name, value in self.__dict__.items():
            setattr(both, name, value)
        both._next = self._next + (other,)
        return both

    def __call__(self, context, revision, directives):
        self.process_revision_directives(context, revision, directives)
        for other in self._next:
            other(context, revision, directives)

    def process_revision_directives(self, context, revision, directives):
        directives[:] = self._all(context, revision, directives)

    def _all(self, context, revision, directives):
        result = []
        for each in directives:
            result.extend(self._one(context, revision, each))
        return result

    # What a function gives back is not given to it again, but looked into.
    def _one(self, context, revision, directive):
        function = _by_class(self._functions, directive)
        results = [directive]
        if function is not None and self not in getattr(directive, "_rewritten_by", ()):
            results = _listed(function(context, revision, directive))
            for each in results:
                each._rewritten_by = getattr(each, "_rewritten_by", ()) + (self,)
        for each in results:
            self._inside(context, revision, each)
        return results

    def _inside(self, context, revision, directive):
        if isinstance(directive, _ops.MigrationScript):
            directive.upgrade_ops = self._bodies(context, revision, directive.upgrade_ops_list)
            directive.downgrade_ops = self._bodies(context, revision, directive.downgrade_ops_list)
        elif isinstance(directive, _ops.OpContainer):
            directive.ops[:] = self._all(context, revision, directive.ops)

    def _bodies(self, context, revision, bodies):
        result = []
        for body in bodies:
            found = self._one(context, revision, body)
            if len(found) != 1:
                raise ValueError("a rewriter gives one object for the operations of an upgrade or a downgrade")
            result.append(found[0])
        return result

class _Registry:
    def __init__(self):
        self.functions = {}

    def dispatch_for(self, target, qualifier="default", replace=False, **keywords):
        def register(function):
            for each in _listed(target):
                self.functions[each] = function
            return function
        return register

renderers = _Registry()
comparators = _Registry()

# The lines that a function of the project writes for an operation of its own; None where it has none.
def _lines(context, operation):
    function = _by_class(renderers.functions, operation)
    return None if function is None else _listed(function(context, operation))

class AutogenContext:
    def __init__(self, migration_context, metadata, imports):
        self.migration_context = migration_context
        self.metadata = metadata
        self.imports = imports
        self.dialect = migration_context.dialect
        self.opts = migration_context.opts
)python";

namespace orch::script {

std::optional<lang::ModuleSource> alembic_source(std::string_view module) {
    const auto source = [](std::string_view name, std::string_view text) {
        return lang::ModuleSource{
            "<" + std::string(name) + ">", std::string(text), true, true, false, std::string(name)};
    };
    if (module == "alembic.operations.ops") return source(module, alembic_sources::ops);
    constexpr std::string_view autogenerate = "alembic.autogenerate";
    if (module == autogenerate || module.starts_with("alembic.autogenerate."))
        return source(autogenerate, alembic_sources::autogenerate);
    return std::nullopt;
}

} // namespace orch::script
