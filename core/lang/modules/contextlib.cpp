// contextlib, in the language itself.

#include "lang/modules/modules.hpp"

namespace orch::lang {

void load_contextlib(ModuleBuilder& module) {
    define(module, R"python(
class _Generated:
    def __init__(self, generator):
        self.generator = generator
    def __enter__(self):
        for value in self.generator:
            return value
        raise RuntimeError("generator didn't yield")
    def __exit__(self, kind, error, trace):
        if error is None:
            for value in self.generator:
                raise RuntimeError("generator didn't stop")
            return False
        try:
            self.generator.throw(error)
        except StopIteration as stop:
            return stop is not error
        except BaseException as other:
            if other is not error:
                raise
            return False
        raise RuntimeError("generator didn't stop after throw()")
    def __call__(self, function):
        def wrapper(*args, **kw):
            with self:
                return function(*args, **kw)
        return wrapper

def contextmanager(function):
    def wrapper(*args, **kw):
        return _Generated(function(*args, **kw))
    wrapper.__name__ = function.__name__
    wrapper.__wrapped__ = function
    return wrapper

asynccontextmanager = contextmanager

class AbstractContextManager:
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        return None

class ContextDecorator:
    def __call__(self, function):
        def wrapper(*args, **kw):
            with self:
                return function(*args, **kw)
        return wrapper

class suppress:
    def __init__(self, *kinds):
        self.kinds = kinds
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        return kind is not None and issubclass(kind, self.kinds)

class nullcontext:
    def __init__(self, enter_result=None):
        self.enter_result = enter_result
    def __enter__(self):
        return self.enter_result
    def __exit__(self, kind, error, trace):
        return None

class closing:
    def __init__(self, thing):
        self.thing = thing
    def __enter__(self):
        return self.thing
    def __exit__(self, kind, error, trace):
        self.thing.close()

class redirect_stdout(nullcontext):
    pass

class ExitStack:
    def __init__(self):
        self._exits = []
    def __enter__(self):
        return self
    def enter_context(self, manager):
        value = manager.__enter__()
        self._exits.append(manager.__exit__)
        return value
    def push(self, exit):
        self._exits.append(exit.__exit__ if hasattr(exit, "__exit__") else exit)
        return exit
    def callback(self, function, *args, **kw):
        self._exits.append(lambda kind, error, trace: function(*args, **kw) and False)
        return function
    def close(self):
        self.__exit__(None, None, None)
    def __exit__(self, kind, error, trace):
        swallowed = False
        while self._exits:
            exit = self._exits.pop()
            if exit(kind, error, trace):
                kind, error, trace = None, None, None
                swallowed = True
        return swallowed
)python");
}

} // namespace orch::lang
