"""Cut out of a page what one cell needs: what stands before it and defines or changes what it uses.

`cut(cells, index)` works on the text alone and errs on the side of too much. It does not look into
libraries: what it believes about them stands in the tables below.
"""

import ast
import builtins
import keyword
import re
import symtable
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

BUILTINS = frozenset(dir(builtins)) | {"display", "get_ipython"}

# Methods that change neither their object nor their arguments. Any other may change its object.
PURE_METHODS = frozenset(
    """
    sum mean max min argmax argmin any all round prod cumsum std var dot trace diagonal nonzero
    argsort clip conj reshape ravel flatten astype copy view transpose swapaxes squeeze repeat take
    item tolist tobytes searchsorted items values keys get index count format join split strip
    lstrip rstrip replace startswith endswith upper lower splitlines partition removeprefix
    removesuffix encode decode title ljust rjust center find zfill diff subs xreplace simplify
    expand evalf n doit has atoms is_zero as_numer_denom free_symbols limit series bit_length
    as_integer_ratio hex is_integer most_common union intersection difference issubset isdisjoint
    read_text exists glob mpf exp expm1 log log1p sqrt fsum
""".split()
)
# Functions that write into their arguments, also as a method: np.add.at, rng.shuffle, next.
WRITES_ARGUMENTS = frozenset(
    """
    at copyto put place putmask fill_diagonal shuffle heappush heappop next setattr delattr
""".split()
)
# Calls on a module that change how it behaves from then on.
SETS_STATE = frozenset(
    """
    setup seed seterr seterrcall set_printoptions filterwarnings simplefilter resetwarnings use rc
    rcdefaults update setcontext getcontext setrecursionlimit init_printing short_errors start stop
    reset_peak clear_traces set reload enable disable
""".split()
)
# Functions of libraries whose result may share memory with an argument.
SHARES_MEMORY = frozenset(
    """
    asarray atleast_1d atleast_2d ravel reshape squeeze swapaxes moveaxis transpose broadcast_to
    split diagonal expand_dims iter zip enumerate reversed map filter
""".split()
)
# Functions that give an iterator, which is used up by whoever looks at it.
ITERATORS = frozenset("iter map filter zip enumerate reversed open".split())
# Methods that change their object for certain, and what they are given never.
WRITERS = frozenset(
    """
    append add extend insert update pop popitem remove discard clear sort reverse setdefault write
    writelines
""".split()
)
# With these a statement may bind or read any name.
ANY_NAME = frozenset("exec eval globals locals vars".split())
# Modules that share settings: a call that sets the state of one is kept for all of them.
FAMILIES = {
    "random": "chance",
    "matplotlib": "drawing",
    "softback.figures": "drawing",
    "softback.explorers": "drawing",
    "numpy": "numbers",
    "softback": "numbers",
    "warnings": "numbers",
    "sympy": "algebra",
    "softback.symbolic": "algebra",
}
# What an import will load: a guess, so that it travels in time. The runner sees what is missing.
PACKAGES = {
    "numpy": ("numpy",),
    "matplotlib": ("numpy", "matplotlib"),
    "sympy": ("sympy",),
    "mpmath": ("sympy",),
    "softback": ("numpy",),
    "softback.symbolic": ("sympy",),
    "softback.figures": ("numpy", "matplotlib"),
    "softback.explorers": (),
}

IMPORT = ast.Import | ast.ImportFrom
# What seems to bind names, at the left margin of a text that is no Python.
BINDS = re.compile(r"^(?:(?:def|class)\s+\w+|[^\s#(=][^=\n(]*=|.*\bimport\b.*)", re.MULTILINE)


def longest(table, module):
    """Return the entry of the longest dotted prefix of a module's name, or None."""
    parts = module.split(".")
    prefixes = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((table[name] for name in prefixes if name in table), None)


@dataclass
class Statement:
    """One statement at the top level of a cell, and what it does to names."""

    cell: int
    node: ast.stmt
    binds: set = field(default_factory=set)
    uses: set = field(default_factory=set)
    certain: bool = False  # it binds whatever happens: what was bound before does not matter
    changes: set = field(default_factory=set)  # names whose objects it may change
    states: set = field(default_factory=set)  # modules whose settings it may change
    counts: dict = field(default_factory=dict)  # how often each name has been bound by then
    held: set = field(default_factory=set)  # keys of names that may hold what it changes

    def key(self, name):
        """Return a name as it is meant here: the next object of that name is another one."""
        if name in local_names(self.node):
            return f"{self.node.name}.{name}"
        return f"{name} {self.counts.get(name, 0)}"


@dataclass
class Program:
    """What to run before a cell, as pairs of a cell's number and its tree; the cell; packages."""

    before: list
    cell: ast.Module
    packages: list


class SyntaxIn(Exception):
    """A cell that is needed is no Python; ``args`` are its index and the error."""


@lru_cache(500)
def tree_of(code):
    """Return the tree of a cell, the same one for the same text."""
    return ast.parse(code)


def parse(cells):
    """Return the trees of cells; of what is no Python one of the names that it seems to bind."""
    trees, errors = [], {}
    for n, code in enumerate(cells):
        try:
            trees.append(tree_of(code))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            errors[n] = SyntaxIn(n, error)
            words = set(re.findall(r"[^\W\d]\w*", " ".join(BINDS.findall(code))))
            names = sorted(words - set(keyword.kwlist))
            trees.append(ast.parse("".join(f"{name} = None\n" for name in names)))
    return trees, errors


def cut(cells, index):
    """Return the `Program` of the cell at ``index``; ``cells`` are at least those up to it."""
    trees, errors = parse(cells[: index + 1])
    if index in errors:
        raise errors[index]
    page = Page(trees)
    kept, families, known = [], set(), None
    while families != known:  # settings of libraries that come in further up count as well
        known = families
        kept, families = page.kept(index, known)
    for cell, _ in kept:
        if cell in errors:
            raise errors[cell]
    before = [(cell, [node for n, node in kept if n == cell]) for cell in range(index)]
    modules = [(cell, ast.Module(body, [])) for cell, body in before if body]
    return Program(modules, trees[index], packages([node for _, node in kept]))


def packages(nodes):
    """Return the names of the packages that statements import."""
    modules = [module for node in nodes for _, module in imports_in(node)]
    return sorted(set().union(*(longest(PACKAGES, module) or () for module in modules)))


def imports_in(node):
    """Yield each name that imports in some code bind, and the dotted name of what it holds."""
    for part in ast.walk(node):
        for alias in part.names if isinstance(part, IMPORT) else ():
            source = f"{part.module}." if isinstance(part, ast.ImportFrom) else ""
            yield imported(part, alias), f"{source}{alias.name}"


def only(node, needed):
    """Return an import statement with the names alone that are needed, else the node."""
    if not isinstance(node, IMPORT):
        return node
    kept = [alias for alias in node.names if alias.name == "*" or imported(node, alias) in needed]
    return ast.copy_location(type(node)(**{**dict(ast.iter_fields(node)), "names": kept}), node)


def imported(node, alias):
    """Return the name that an import binds."""
    plain = alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name
    return alias.asname or plain


class Page:
    """All statements of some cells, and what holds for all: imports, functions, aliases."""

    def __init__(self, trees):
        self.statements = [Statement(n, node) for n, tree in enumerate(trees) for node in tree.body]
        self.imports = {}  # name -> modules that it may come from
        self.functions = {}  # name -> nodes that define it
        self.alias = {}  # key of a name -> keys of names that may hold the same object
        self.iterators, self.holders = set(), set()
        self.read, counts = set(), Counter()
        for one in self.statements:
            self._bind(one)
            counts.update(one.binds)
            self.read |= one.uses
            one.counts = dict(counts)
        bound = [one.binds for one in self.statements if not isinstance(one.node, IMPORT)]
        self.modules = set(self.imports).difference(*bound)  # nothing but imports binds them
        self._effects, self._sharing = {}, {}
        for one in self.statements:
            self._link(one)
        for one in self.statements:
            for node in runs_at_once(one.node):
                changes, states = self._changes(node)
                one.changes |= changes
                one.states |= states
            one.held = self._held_by(map(one.key, one.changes))

    def kept(self, index, families):
        """Return what a cell needs, as pairs of a cell and a statement, and families it uses."""
        kept, needed, ever = [], set(), set()
        for one in reversed(self.statements):
            own = one.cell == index
            if not (own or self._matters(one, needed, families)):
                continue
            node = one.node if own else only(one.node, needed)
            if one.certain:
                needed -= one.binds
            if not isinstance(node, IMPORT):
                needed |= self.deep(one.uses)
                ever |= needed
            kept.insert(0, (one.cell, node))
        return kept, families | self._families(ever)

    def _matters(self, one, needed, families):
        """Tell whether a statement defines or changes something that is needed further down."""
        node = one.node
        star = isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        return bool(
            star
            or names_in(node) & ANY_NAME
            or one.binds & needed
            or (one.held and one.held & set(map(one.key, needed)))
            or one.states & needed
            or self._families(one.states) & (families | self._families(needed))
        )

    def deep(self, names):
        """Return names, and all global names that their functions read when they are called."""
        return closure(names, lambda name: map(global_uses, self.functions.get(name, ())))

    def _bind(self, one):
        node = one.node
        one.binds, one.uses = set(bound_by(node)), reads([node])
        certain = ast.Assign | ast.FunctionDef | ast.ClassDef | IMPORT
        one.certain = isinstance(node, certain) or bool(
            isinstance(node, ast.AnnAssign) and node.value
        )
        for name, module in imports_in(node):
            self.imports.setdefault(name, set()).add(module)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self.functions.setdefault(node.name, []).append(node)
        if isinstance(node, ast.Assign):
            self._bind_value(one.binds, node.value)

    def _bind_value(self, names, value):
        if any(isinstance(part, ast.Lambda) for part in ast.walk(value)):
            for name in names:
                self.functions.setdefault(name, []).append(ast.Expr(value))
            return
        known = names_in(value) & set(self.functions)
        held = [function for name in known for function in self.functions[name]]
        for name in names if held else ():  # it may hold a function, or what one returned
            self.functions.setdefault(name, []).extend(held)
            self.holders.add(name)
        called = getattr(getattr(value, "func", None), "id", "")
        if isinstance(value, ast.GeneratorExp) or called in ITERATORS:
            self.iterators |= names

    def _changes(self, node):
        """Return names whose objects code may change, and modules whose settings it may change."""
        changed, states = set(), set()
        for part in ast.walk(node):
            for leaf in (leaf for target in targets_of(part) for leaf in ast.walk(target)):
                if isinstance(leaf, ast.Attribute | ast.Subscript) and (name := root(leaf)):
                    (states if name in self.imports else changed).add(name)
            if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name):
                changed.add(part.target.id)  # += of an array changes it for its other names too
            if isinstance(part, ast.Call):
                by_call = self._call(part)
                changed |= by_call[0]
                states |= by_call[1]
            elif isinstance(part, ast.Attribute) and part.attr in WRITERS and (name := root(part)):
                changed.add(name)  # map(seen.append, …): called by somebody else
            elif isinstance(part, ast.For | ast.comprehension):
                changed |= {root(part.iter)} & self.iterators
        changed |= self.deep(changed & set(self.functions))
        return changed - self.modules, states

    def _call(self, call):
        given = argument_roots(call)
        outputs = [k.value for k in call.keywords if k.arg in {"out", "ax", "axes"}]
        changed = {root(value) for value in outputs} | given & self.iterators
        states = set()
        for name in given & set(self.functions):  # key=f: it may be called
            changed |= self._effect(name)[1]
            states |= self._effect(name)[2]
        function = call.func
        name, is_method = root(function), isinstance(function, ast.Attribute)
        if is_method and function.attr in WRITES_ARGUMENTS:
            changed |= given
        if is_method and name in self.imports:
            # A generator of NumPy has a state of its own.
            draws = "random" in (called := ast.unparse(function)) and "default_rng" not in called
            if function.attr in SETS_STATE or draws:
                states.add(name)
        elif is_method:
            if name and name not in BUILTINS and function.attr not in PURE_METHODS:
                changed |= {name} | (set() if function.attr in WRITERS else given)
        elif isinstance(function, ast.Name) and name in self.functions:
            writes, outer, own = self._effect(name)
            changed |= outer | (given if writes else set()) | ({name} & self.holders)
            states |= own
        elif name in self.imports or name in BUILTINS:
            changed |= given if name in WRITES_ARGUMENTS else set()
            states |= {name} & SETS_STATE & set(self.imports)
        elif name:
            changed |= {name} | given  # a variable that holds some function
        return changed - BUILTINS - {None}, states

    def _effect(self, name):
        """Return whether it may write into arguments; the globals and settings that it changes."""
        if name not in self._effects:
            self._effects[name] = (False, set(), set())  # of a call of itself
            writes, outer, states = False, set(), set()
            for node in self.functions[name]:
                inner = list(scopes(table_of(node)))[1:]
                functions = [scope for scope in inner if scope.get_type() == "function"]
                parameters = {p for scope in functions for p in scope.get_parameters()}
                symbols = [symbol for scope in inner for symbol in scope.get_symbols()]
                outward = [s for s in symbols if s.is_declared_global() and s.is_assigned()]
                changed, own = self._changes(node)
                local = local_names(node) & changed
                held = self._held_by({f"{node.name}.{name}" for name in local})
                inside = {key.partition(".")[2] for key in held}
                writes |= bool((changed | inside) & parameters)
                outer |= (changed - local) | {s.get_name() for s in outward}
                outer |= {key.split()[0] for key in held if "." not in key}
                states |= own
            self._effects[name] = writes, outer - {name}, states
        return self._effects[name]

    def _join(self, keys):
        for first, second in pairwise(keys):
            self.alias.setdefault(first, set()).add(second)
            self.alias.setdefault(second, set()).add(first)

    def _shared(self, value):
        """Return the names whose objects a value may hold or show."""
        inner = []
        if isinstance(value, ast.Name | ast.Attribute | ast.Subscript | ast.Starred):
            return {root(value)} - {None}
        if isinstance(value, ast.Tuple | ast.List | ast.Set):
            inner = value.elts
        elif isinstance(value, ast.Dict | ast.BoolOp):
            inner = value.values
        elif isinstance(value, ast.IfExp):
            inner = [value.body, value.orelse]
        elif isinstance(value, ast.NamedExpr | ast.Await):
            inner = [value.value]
        elif isinstance(value, ast.ListComp | ast.DictComp | ast.GeneratorExp | ast.SetComp):
            inner = [part.iter for part in value.generators]
        elif isinstance(value, ast.Call):
            name = root(value.func)
            of_library = name in self.imports or name in BUILTINS
            last = getattr(value.func, "attr", getattr(value.func, "id", ""))
            if last not in SHARES_MEMORY if of_library else not self._shares(name):
                return set()
            return argument_roots(value) | ({name} if name and not of_library else set())
        return set().union(*map(self._shared, inner))

    def _shares(self, name):
        """Tell whether what a function returns may be a part of something else."""
        if name not in self._sharing:
            self._sharing[name] = name not in self.functions  # of a call of itself: no
            for part in (part for node in self.functions.get(name, ()) for part in ast.walk(node)):
                if isinstance(part, ast.Return | ast.Yield | ast.YieldFrom | ast.Lambda):
                    given = part.body if isinstance(part, ast.Lambda) else part.value
                    self._sharing[name] |= bool(self._shared(given))
                self._sharing[name] |= isinstance(part, ast.ClassDef)  # it keeps what it is given
        return self._sharing[name]

    def _link(self, one):
        def join(names):
            self._join([one.key(n) for n in names if n not in BUILTINS and n not in self.imports])

        # z = z.reshape(2, 3), and what is bound only if a condition holds and read further down
        for name in one.binds & (one.uses if one.certain else self.read):
            self._join([f"{name} {one.counts[name] - 1}", one.key(name)])
        for part in ast.walk(one.node):
            if isinstance(part, ast.Assign):
                bound = set().union(*map(names_in, part.targets))
                join(bound | self._shared(part.value))
            elif isinstance(part, ast.For):
                join(names_in(part.target) | self._shared(part.iter))
            elif isinstance(part, ast.withitem) and part.optional_vars is not None:
                join(names_in(part.optional_vars) | self._shared(part.context_expr))
            elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
                adds = {"append", "add", "extend", "insert", "update", "setdefault"}
                if part.func.attr in adds and (name := root(part.func)):
                    values = [*part.args, *(keyword.value for keyword in part.keywords)]
                    join(set().union({name}, *map(self._shared, values)))

    def _held_by(self, keys):
        """Return keys of names, and of those that may hold the same objects."""
        return closure(keys, lambda key: [self.alias.get(key, ())])

    def _families(self, names):
        modules = (module for name in names for module in self.imports.get(name, ()))
        return {longest(FAMILIES, module) for module in modules} - {None}


def closure(names, more):
    """Return names, and all to which ``more`` leads from them."""
    found, todo = set(), set(names)
    while todo:
        found |= todo
        todo = set().union(*(part for name in todo for part in more(name))) - found
    return found


def root(node):
    """Return the name at the bottom of ``a.b[c].d`` and of ``a.f().g``, for f may return a part."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return None
    return node.id


def names_in(node):
    """Return all names that code mentions."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def stored_in(target):
    """Return the names that a target binds."""
    names = (part for part in ast.walk(target) if isinstance(part, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def runs_at_once(node):
    """Return the parts of a statement that run where it stands."""
    if not isinstance(node, ast.FunctionDef):
        return [node]
    return [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]


def targets_of(node):
    """Return what a statement assigns to or deletes."""
    if isinstance(node, ast.Assign | ast.Delete):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For) else []


def argument_roots(call):
    """Return the names at the bottom of the arguments of a call."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return {root(value) for value in values} - {None}


class Generators(ast.NodeTransformer):
    """Makes generators of comprehensions, whose names Python 3.12 shows as names around them."""

    def visit_ListComp(self, node):
        """Return the generator of the same elements."""
        self.generic_visit(node)
        return ast.GeneratorExp(node.elt, node.generators)

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node):
        """Return the generator of the pairs."""
        self.generic_visit(node)
        return ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators)


@lru_cache(5000)
def table_of(node):
    """Return the symbol table of a statement."""
    tree = Generators().visit(ast.parse(ast.unparse(node)))
    return symtable.symtable(ast.unparse(tree), "cell", "exec")


def scopes(table):
    """Yield a symbol table and all within."""
    yield table
    for child in table.get_children():
        yield from scopes(child)


@lru_cache(5000)
def local_names(node):
    """Return the names that are local to a function or class, and to those in it."""
    if not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return frozenset()
    symbols = [s for scope in [*scopes(table_of(node))][1:] for s in scope.get_symbols()]
    return frozenset(symbol.get_name() for symbol in symbols if symbol.is_local())


@lru_cache(5000)
def global_uses(node):
    """Return the global names that a statement reads, also in the functions that it defines."""
    found = set()
    for scope in scopes(table_of(node)):
        top = scope.get_type() == "module"
        for symbol in scope.get_symbols():
            if symbol.is_referenced() and (top or symbol.is_global()):
                found.add(symbol.get_name())
    return frozenset(found - BUILTINS)


def reads(body):
    """Return the global names that statements read, without those that they have bound before."""
    found, bound = set(), set()
    for node in body:
        inner = [getattr(node, part, []) for part in ("body", "orelse")]
        if isinstance(node, ast.For):
            leftover = names_in(node.target) - stored_in(node.target)
            uses = global_uses(ast.Expr(node.iter)) | leftover | reads(inner[1])
            uses |= reads(inner[0]) - stored_in(node.target)
        elif isinstance(node, ast.If):
            uses = global_uses(ast.Expr(node.test)).union(*map(reads, inner))
        else:
            uses = set(global_uses(node))
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            uses.add(node.target.id)
        elif isinstance(node, ast.Delete):
            uses |= bound_by(node)
        found |= uses - bound
        if isinstance(node, ast.Assign | ast.FunctionDef | ast.ClassDef):
            bound |= bound_by(node)
    return found


@lru_cache(5000)
def bound_by(node):
    """Return the global names that a statement binds."""
    symbols = table_of(node).get_symbols()
    return frozenset(s.get_name() for s in symbols if s.is_assigned() or s.is_imported())
