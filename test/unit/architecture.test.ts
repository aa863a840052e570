// The house rules, read from the source itself: who imports whom, who reads the environment, who writes SQL,
// what never stands inside a transaction. A rule that has to give way is changed here, in sight.

import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

/** Left may import right, and itself; nothing else of ours. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  protocol: [],
  schema: [],
  domain: ["schema", "protocol"],
  defence: ["schema", "protocol"],
  audit: ["schema", "protocol"],
  assist: ["schema", "domain", "defence", "protocol"],
  api: ["schema", "domain", "protocol"],
  config: ["protocol", "schema", "domain", "defence"],
  "audit-sinks": ["schema", "protocol"],
  "durable-objects": ["domain", "schema", "defence", "protocol", "config", "audit", "audit-sinks"],
  edge: ["api", "audit", "domain", "defence", "protocol", "schema", "config", "console"],
  routes: ["api", "domain", "assist", "schema", "protocol", "config", "edge"],
  console: ["api", "protocol", "schema", "plans"],
  plans: [],
  cli: ["api", "protocol", "schema", "audit-sinks"],
  worker: ["config", "api", "edge", "routes", "durable-objects"],
  modules: [],
};

/** Packages and runtime modules, by the part that needs them; `x` allows `x` and `x/…`. */
const PACKAGES: Record<string, readonly string[]> = {
  protocol: [
    "otpauth",
    "@noble/hashes",
    "@peculiar/asn1-csr",
    "@peculiar/asn1-ecc",
    "@peculiar/asn1-schema",
    "@peculiar/asn1-x509",
  ],
  schema: ["valibot"],
  domain: ["@zxcvbn-ts/language-common"],
  assist: ["valibot", "@valibot/to-json-schema"],
  api: ["valibot", "@valibot/to-json-schema"],
  config: ["valibot"],
  "durable-objects": ["cloudflare:sockets", "cloudflare:workers"],
  edge: ["hono", "valibot", "@phi-ag/argon2"],
  routes: ["uqr"],
  console: ["preact", "@preact/signals", "uqr"],
  cli: [
    "node:crypto",
    "node:fs",
    "node:net",
    "node:os",
    "node:path",
    "node:readline",
    "node:stream",
    "node:timers",
    "node:tls",
    "node:url",
    "node:util",
    "uqr",
    "fast-string-width",
    "valibot",
  ],
  worker: ["hono"],
};

const LINES_MAX = 250;
/** Longer than that, and why; never twice as long. */
const LONGER: Record<string, string> = {
  "durable-objects/principal/object.ts": "one method per message of the principal",
  "durable-objects/project/object.ts": "one method per message of the project",
  "durable-objects/workspace/object.ts": "one method per message of the workspace",
};
const LINES_CEILING = 480;

/** Left-over words that are right where they stand. */
const RIGHT_NAMES = [
  "src/domain/common-passwords.ts", // NIST's own word
  "durable-objects/common.sql", // the tables that every object has
];

/** Structured lines are how Workers log; everything else answers or audits. The terminal client prints. */
const MAY_LOG = [
  "src/edge/defect.ts",
  "src/edge/reads.ts",
  "durable-objects/report.ts",
  "durable-objects/audit-log/object.ts",
  "durable-objects/principal/post.ts",
];

const SQL_FILES =
  /^durable-objects\/(?:[a-z-]+\/(?:[a-z]+-)*store|outbox|inbox|observations|migrate|identity|idempotency-keys|sweepings|logged-object)\.ts$/;

/** Decisions take the time and randomness as parameters, and reach for nothing. */
const PURE = ["schema", "domain", "defence", "audit-sinks"];
const IMPURE =
  /\b(?:Date\.now|performance\.|getRandomValues|randomUUID|setTimeout|setInterval|fetch\()|new Date\(\)/;

interface SourceFile {
  readonly path: string;
  readonly part: string;
  readonly source: string;
  /** Without comments. */
  readonly text: string;
  /** Without comments and without what stands between quotes. */
  readonly code: string;
  readonly imports: readonly string[];
}

const root = resolve(import.meta.dirname, "../..");

function filesIn(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name).replaceAll("\\", "/"))
    .sort();
}

const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of))\s*$/;

/** Blanks comments, strings, templates and regular expressions; what `${…}` holds stays code. */
function blanked(source: string): { text: string; code: string } {
  let text = "";
  let code = "";
  const templates: number[] = [];
  let index = 0;
  const take = (length: number, inText: boolean, inCode: boolean) => {
    const piece = source.slice(index, index + length);
    const blank = piece.replaceAll(/[^\n]/g, " ");
    text += inText ? piece : blank;
    code += inCode ? piece : blank;
    index += length;
  };
  const lengthOf = (pattern: RegExp): number => {
    pattern.lastIndex = index;
    return pattern.exec(source)?.[0].length ?? 0;
  };
  while (index < source.length) {
    const comment = lengthOf(/\/\/[^\n]*|\/\*[\s\S]*?\*\//y);
    const quoted = comment ? 0 : lengthOf(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/y);
    const regex = comment ? 0 : lengthOf(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y);
    const character = source[index]!;
    if (comment) take(comment, false, false);
    else if (quoted) take(quoted, true, false);
    else if (regex && BEFORE_REGEX.test(code.slice(-20))) take(regex, true, false);
    else if (character === "`" || (character === "}" && templates.at(-1) === 0)) {
      if (character === "}") templates.pop();
      take(1 + untilTemplateStops(source, index + 1), true, false);
      if (source[index - 1] === "{") templates.push(0);
    } else {
      if (templates.length > 0 && character === "{") templates[templates.length - 1]! += 1;
      if (templates.length > 0 && character === "}") templates[templates.length - 1]! -= 1;
      take(1, true, true);
    }
  }
  return { text, code };
}

function untilTemplateStops(source: string, from: number): number {
  const stop = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;
  stop.lastIndex = from;
  return stop.exec(source)?.[0].length ?? 0;
}

/** Every module that a file names: imports, exports, side effects, dynamic and type imports. */
function importsOf({ text, code }: { readonly text: string; readonly code: string }): string[] {
  const forms = /\b(?:import|export)\b[^;"'()]*?\bfrom\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g;
  return [...text.matchAll(forms)]
    .filter(({ index }) => /^(?:im|ex)port/.test(code.slice(index, index + 6)))
    .map(([, from, named]) => (from ?? named)!);
}

function partOf(path: string): string {
  const [top, second] = path.split("/");
  return top === "src" ? second!.replace(/(?:\.d)?\.tsx?$/, "") : top!;
}

function read(path: string): SourceFile {
  const source = readFileSync(join(root, path), "utf8");
  const { text, code } = blanked(source);
  return { path, part: partOf(path), source, text, code, imports: importsOf({ text, code }) };
}

const sqlFiles = filesIn("durable-objects", ".sql");
const sources = [...filesIn("src", ".ts"), ...filesIn("src", ".tsx"), ...filesIn("durable-objects", ".ts")];
const files = sources.map(read);
const ours = (file: SourceFile): string[] =>
  file.imports
    .filter((name) => name.startsWith("."))
    .map((name) => relative(root, resolve(root, dirname(file.path), name)).replaceAll("\\", "/"));

const isCli = (file: SourceFile) => file.part === "cli";
const place = (file: SourceFile, offset: number) =>
  `${file.path}:${file.code.slice(0, offset).split("\n").length}`;
/** `path:line` of every match in the code of the files. */
const found = (pattern: RegExp, among: readonly SourceFile[], on: "code" | "text" = "code"): string[] =>
  among.flatMap((file) => [...file[on].matchAll(pattern)].map((match) => place(file, match.index)));

/** A cycle in the graph, as the names along it; null when there is none. */
function cycleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] | null => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return null;
    for (const next of graph.get(name) ?? []) {
      const cycle = visit(next, [...path, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return null;
  };
  for (const name of graph.keys()) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return null;
}

describe("imports", () => {
  test("every part of the house has its rule", () => {
    expect(files.length).toBeGreaterThan(50);
    for (const file of files) expect(Object.keys(MAY_IMPORT), file.path).toContain(file.part);
  });

  test.each(Object.keys(MAY_IMPORT))("%s imports only what stands below it", (part) => {
    const allowed = [part, ...MAY_IMPORT[part]!];
    const strays = files
      .filter((file) => file.part === part)
      .flatMap((file) => ours(file).map((target) => ({ from: file.path, target })))
      .filter(({ target }) => !allowed.includes(partOf(target)));
    expect(strays).toEqual([]);
  });

  test.each(Object.keys(MAY_IMPORT))("%s needs no packages but its own", (part) => {
    const allowed = PACKAGES[part] ?? [];
    const strays = files
      .filter((file) => file.part === part)
      .flatMap((file) => file.imports.map((name) => ({ from: file.path, name })))
      .filter(({ name }) => !name.startsWith("."))
      .filter(({ name }) => !allowed.some((known) => name === known || name.startsWith(`${known}/`)));
    expect(strays).toEqual([]);
  });

  test("what the Worker bundles stands among the dependencies", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const bundled = files.filter((file) => !isCli(file)).flatMap((file) => file.imports);
    const packages = bundled
      .filter((name) => !/^\.|^cloudflare:/.test(name))
      .map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/"));
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining([...new Set(packages)]));
  });

  test("the parts import each other without a cycle, by rule and in fact", () => {
    expect(cycleIn(new Map(Object.entries(MAY_IMPORT).map(([part, to]) => [part, new Set(to)])))).toBeNull();
    const facts = new Map<string, Set<string>>();
    for (const file of files) {
      const targets = ours(file).map(partOf);
      facts.set(file.part, new Set([...(facts.get(file.part) ?? []), ...targets]));
    }
    for (const [part, targets] of facts) targets.delete(part);
    expect(cycleIn(facts)).toBeNull();
  });

  test("no two files need each other, types included", () => {
    expect(cycleIn(new Map(files.map((file) => [file.path, new Set(ours(file))])))).toBeNull();
  });

  test("every import can be read: a literal, of a file that exists", () => {
    expect(found(/\bimport\s*\(\s*(?!["'\s])/g, files, "text")).toEqual([]);
    expect(found(/\brequire\s*\(/g, files)).toEqual([]);
    const tables = [...filesIn("src", ".json"), ...filesIn("plans", ".json")];
    const paths = new Set([...files.map((file) => file.path), ...sqlFiles, ...tables]);
    expect(files.flatMap(ours).filter((target) => !paths.has(target))).toEqual([]);
  });

  test("nothing is exported again but the object classes, by the worker", () => {
    const again = files.filter((file) => file.part !== "worker");
    expect(found(/\bexport\s+(?:type\s+)?(?:\*|\{[^}]*\}\s*from\b)/g, again)).toEqual([]);
  });
});

describe("the environment", () => {
  const config = files.find((file) => file.path === "src/config.ts")!;
  const schema = files.find((file) => file.path === "src/config/variables.ts")!;
  const others = files.filter((file) => file.part !== "config" && !isCli(file));
  const bindings = [...config.text.matchAll(/^ {2}readonly ([A-Z][A-Z_]+):/gm)].map(([, name]) => name!);
  const variables = [...schema.text.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name!);

  test("the configuration tells bindings from variables", () => {
    expect(bindings).toEqual(expect.arrayContaining(["PRINCIPAL", "AUDIT_BUCKET", "COARSE_RATE_LIMIT"]));
    expect(variables).toEqual(expect.arrayContaining(["KEY_RING", "BOOTSTRAP_KEY", "RATE_LIMITS"]));
  });

  test("no other file names a variable or a secret", () => {
    const named = new RegExp(String.raw`\b(?:${variables.join("|")})\b`, "g");
    expect(found(named, others, "text")).toEqual([]);
  });

  test("elsewhere `env` is asked for bindings alone, one by one", () => {
    const strays = others.flatMap((file) =>
      [...file.code.matchAll(/\benv\s*\??\.\s*(\w+)/g)].filter(([, name]) => !bindings.includes(name!)),
    );
    expect(strays.map(([text]) => text)).toEqual([]);
    expect(found(/\benv\s*(?:\?\.\s*)?\[|\.\.\.\s*(?:\w+\.)*env\b/g, others)).toEqual([]);
    expect(found(/\}\s*=\s*(?:\w+\.)*env\b/g, others)).toEqual([]);
    expect(found(/\bprocess\.|\bimport\.meta\.env\b/g, others)).toEqual([]);
    expect(found(/\bimport\b[^;]*\benv\b[^;]*from\s*"cloudflare:workers"/g, others, "text")).toEqual([]);
  });

  test("only objects, edge and routes see it at all", () => {
    const seeing = new Set(others.filter((file) => /\benv\b/.test(file.code)).map((file) => file.part));
    expect(["durable-objects", "edge", "routes", "worker"]).toEqual(expect.arrayContaining([...seeing]));
  });
});

describe("storage", () => {
  const objects = files.filter((file) => file.part === "durable-objects");
  const strangers = files.filter((file) => !SQL_FILES.test(file.path));

  test("SQL stands in the stores and the few files below them", () => {
    expect(files.filter((file) => SQL_FILES.test(file.path)).length).toBeGreaterThan(5);
    expect(
      found(
        /\.exec\b/g,
        objects.filter((file) => strangers.includes(file)),
      ),
    ).toEqual([]);
    expect(found(/\bsql\s*\??\.|\bstorage\.sql\b|\bSqlStorageCursor\b/g, strangers)).toEqual([]);
    const statement =
      /["'`]\s*(?:SELECT\s.+\sFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b/g;
    expect(found(statement, strangers, "text")).toEqual([]);
  });

  test("no value is ever written into a statement", () => {
    // Constants, and the columns, tables and conditions that a store itself lists.
    const listed = [
      "conditions",
      'conditions.join(" AND ")',
      "columns",
      "marks",
      "assignments",
      "table",
      "order",
    ];
    const known = ["HOUR_MS", ...listed];
    const statements = objects.flatMap((file) => [...file.text.matchAll(/\.exec(?:<[^(]*>)?\(\s*`[^`]*`/g)]);
    const holes = statements.flatMap(([text]) =>
      [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, hole]) => hole!),
    );
    expect(holes.filter((hole) => !known.includes(hole))).toEqual([]);
    expect(found(/\.exec(?:<[^(]*>)?\(\s*"[^"]*"\s*\+/g, objects, "text")).toEqual([]);
    expect(found(/\.exec(?:<[^(]*>)?\(\s*\w+\(/g, objects, "text")).toEqual([]);
  });

  test("nothing waits inside a transaction", () => {
    const calls = files.flatMap((file) =>
      [...file.code.matchAll(/\.(?:transact|transactionSync|object\.write)\s*(?:<[^(]*>)?\(/g)].map(
        (match) => ({
          at: place(file, match.index),
          callback: argumentAt(file.code, match.index + match[0].length),
        }),
      ),
    );
    expect(calls.length).toBeGreaterThan(20);
    const waiting = /\bawait\b|\basync\b|\.then\s*\(|\bsetTimeout\b|\bwaitUntil\b|\bnew Promise\b/;
    expect(calls.filter(({ callback }) => waiting.test(callback)).map(({ at }) => at)).toEqual([]);
    // A callback that is passed on must have been written as one; it is checked where it was.
    const inline = /^\s*(?:\([\w\s:,]*\)|\w+)\s*=>|^\s*work\s*$/;
    expect(calls.filter(({ callback }) => !inline.test(callback))).toEqual([]);
  });

  test("what is written without a savepoint is one call of a store", () => {
    const calls = objects.flatMap((file) =>
      [...file.code.matchAll(/\bobject\.write\(/g)].map((match) =>
        argumentAt(file.code, match.index + match[0].length),
      ),
    );
    expect(calls.length).toBeGreaterThan(3);
    const one = /^\(\) => (?:this\.#core\.)?(?:guards|rows|nonces|keys|tokens)\.\w+\([^{};]*\)$/;
    expect(calls.filter((callback) => !one.test(callback))).toEqual([]);
  });
});

function argumentAt(code: string, from: number): string {
  let depth = 1;
  let end = from;
  for (; depth > 0 && end < code.length; end += 1) {
    if ("([{".includes(code[end]!)) depth += 1;
    else if (")]}".includes(code[end]!)) depth -= 1;
  }
  return code.slice(from, end - 1);
}

describe("form", () => {
  test(`no file has more than ${LINES_MAX} lines, but for a reason`, () => {
    const linesOf = (file: SourceFile) => file.source.split("\n").length - 1;
    const long = files.filter((file) => linesOf(file) > (LONGER[file.path] ? LINES_CEILING : LINES_MAX));
    expect(long.map((file) => `${file.path}: ${linesOf(file)}`)).toEqual([]);
    expect(Object.keys(LONGER).filter((path) => !files.some((file) => file.path === path))).toEqual([]);
  });

  test("no file or folder is named for being left over", () => {
    const leftOver = /(?:^|[-/.])(?:utils?|helpers?|managers?|services?|misc|lib|common)(?=[-/.]|$)/;
    const named = [...files.map((file) => file.path), ...sqlFiles].filter((path) => leftOver.test(path));
    expect(named).toEqual(RIGHT_NAMES);
    for (const { path } of files) expect(basename(path)).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.tsx?$/);
  });

  test("every file opens with what it is", () => {
    for (const { path, source } of files) expect(source, path).toMatch(/^\/\/ [A-Z`\d]/);
    for (const path of sqlFiles) expect(readFileSync(join(root, path), "utf8"), path).toMatch(/^-- \S/);
  });

  test("only the few that may log do", () => {
    const silent = files.filter((file) => !isCli(file) && !MAY_LOG.includes(file.path));
    expect(found(/\bconsole\s*(?:\.|\[)/g, silent)).toEqual([]);
    for (const path of MAY_LOG)
      expect(files.find((file) => file.path === path)?.code, path).toMatch(/\bconsole\./);
    // Lines that a client has had a part in end up on terminals.
    const raw = files.filter((file) => MAY_LOG.includes(file.path));
    expect(found(/\bconsole\.\w+\((?!(?:logLine|inertJson)\()/g, raw)).toEqual([]);
  });

  test("no code is made from text, and no randomness is guessable", () => {
    expect(found(/\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(|\bMath\.random\b/g, files)).toEqual([]);
    expect(found(/\bWebAssembly\.(?:compile|Module\s*\()/g, files)).toEqual([]);
  });

  test("decisions read no clock, draw no randomness and reach for nothing", () => {
    const pure = files.filter((file) => PURE.includes(file.part));
    expect(found(new RegExp(IMPURE, "g"), pure)).toEqual([]);
  });
});

describe("this reader", () => {
  test("sees every form of import, and none in comments and strings", () => {
    const source = [
      'import a, { type B } from "./1.ts";',
      'import type { C } from "./2.ts";',
      "export {\n  d,\n} from './3.ts';",
      'import "./4.ts";',
      'export * from "./5.ts";',
      'const e = await import("./6.ts");',
      'let f: import("./7.ts").F;',
      'const g = ["import", "./no.ts"]; h("from", "./no.ts");',
      '// import "./no.ts"',
      '/* import "./no.ts" */',
    ].join("\n");
    const named = Array.from({ length: 7 }, (_, index) => `./${index + 1}.ts`);
    expect(importsOf(blanked(source))).toEqual(named);
  });

  test("tells code from quotes, templates, regular expressions and comments", () => {
    const source = [
      'a("eval(1)"); b(`eval($',
      '{eval(2)} }`); c(/eval("/u); d / e / f; // eval(3)\n/* eval(4) */ g();',
    ].join("");
    const { code, text } = blanked(source);
    expect(code.length).toBe(source.length);
    expect(code.match(/eval/g)).toHaveLength(1);
    expect(code).toContain("d / e / f;");
    expect(code).toContain("g();");
    expect(text.match(/eval/g)).toHaveLength(4);
  });
});
