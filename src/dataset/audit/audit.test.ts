import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { type Cell, type ColumnFacts, type Row, tableOf } from "../../../test/support/dataset-table.ts";
import { temporaryFolder } from "../../../test/support/rows.ts";
import { OrbweaverError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import { openDuck } from "../duck.ts";
import { type AuditOptions, auditTable } from "./audit.ts";
import { type AuditReport, FINDING_KINDS, type FindingCode, type Severity } from "./contract.ts";
import type { Lineage } from "./resampling.ts";

const folder = temporaryFolder();
const duck = await openDuck({ memoryLimit: "1GB" });
afterAll(() => duck.close());

const CLASSES = ["benign", "flood", "scan"];
const PROTOCOLS = ["tcp", "udp", "icmp"];

/** Independent rows with weak features: what a clean data set looks like. */
function cleanRows(seed: number, count: number): Row[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const label = random.chance(0.5) ? 0 : random.integer(1, 2);
    return {
      duration: random.logNormal(2000, 1) * (1 + 0.2 * label),
      rate: random.exponential(5) + 0.3 * label,
      bytes: Math.round(random.logNormal(900, 1)),
      packets: 1 + Math.round(random.exponential(12 + 2 * label)),
      ratio: random.uniform(),
      size: random.normal(400, 90),
      protocol: random.pick(PROTOCOLS),
      label: CLASSES[label],
    };
  });
}

interface Case {
  training: Row[];
  test: Row[] | undefined;
  facts: ColumnFacts;
  testFacts?: ColumnFacts;
  lineage?: Lineage;
}

function clean(seed = 1): Case {
  return { training: cleanRows(seed, 3000), test: cleanRows(seed + 1000, 1500), facts: {} };
}

async function audited(
  { training, test: tests, facts, testFacts, lineage }: Case,
  more: Partial<AuditOptions> = {},
) {
  return auditTable({
    duck,
    training: await tableOf(duck, folder, training, facts, "training"),
    ...(tests === undefined ? {} : { test: await tableOf(duck, folder, tests, testFacts ?? facts, "test") }),
    ...(lineage === undefined ? {} : { lineage }),
    seed: 1,
    sampleRows: 100_000,
    ...more,
  });
}

function codes(report: AuditReport, from: Severity): string[] {
  const severities = ["info", "warning", "error"];
  return report.findings
    .filter(({ severity }) => severities.indexOf(severity) >= severities.indexOf(from))
    .map(({ code }) => code);
}

test.each([1, 2, 3, 4, 5])("a clean set gives no warning and no error (seed %i)", async (seed) => {
  const report = await audited(clean(seed));
  expect(report.findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  expect(codes(report, "info").filter((code) => code !== "few-rows")).toEqual([]);
});

/** Every row with more, or other, columns. */
function each(
  rows: readonly Row[],
  change: (row: Row, index: number) => Record<string, Cell> | undefined,
): Row[] {
  return rows.map((row, index) => {
    const changed = { ...row, ...change(row, index) };
    return changed;
  });
}

/** Changes both tables alike. */
function both(change: (row: Row, index: number) => Record<string, Cell>, facts: ColumnFacts = {}): Case {
  const { training, test: tests } = clean();
  return { training: each(training, change), test: each(tests as Row[], change), facts };
}

interface Broken {
  what: string;
  code: FindingCode;
  severity: Severity;
  broken: () => Case;
  /** Columns that the finding names. */
  columns?: string[];
  /** Rows that the finding counts. */
  rows?: number;
}

const BROKEN: Broken[] = [
  {
    what: "300 rows twice",
    code: "repeated-rows",
    severity: "warning",
    rows: 300,
    broken: () => {
      const { training, ...rest } = clean();
      return { ...rest, training: [...training, ...training.slice(0, 300)] };
    },
  },
  {
    what: "200 training rows in the test",
    code: "shared-rows",
    severity: "error",
    rows: 200,
    broken: () => {
      const { training, test: tests, facts } = clean();
      return { training, test: [...(tests as Row[]), ...training.slice(0, 200)], facts };
    },
  },
  {
    what: "100 rows again, with another class",
    code: "contradicting-rows",
    severity: "warning",
    rows: 200,
    broken: () => {
      const { training, ...rest } = clean();
      const other = each(training.slice(0, 100), ({ label }) => ({
        label: label === "benign" ? "scan" : "benign",
      }));
      return { ...rest, training: [...training, ...other] };
    },
  },
  {
    what: "100 training rows in the test, with another class",
    code: "contradicting-rows",
    severity: "warning",
    rows: 100,
    broken: () => {
      const { training, test: tests, facts } = clean();
      const other = each(training.slice(0, 100), ({ label }) => ({
        label: label === "benign" ? "scan" : "benign",
      }));
      return { training, test: [...(tests as Row[]), ...other], facts };
    },
  },
  {
    what: "a row number under an innocent name",
    code: "identifier-column",
    severity: "error",
    columns: ["measure"],
    broken: () => both((_, index) => ({ measure: index * 3 + 7 })),
  },
  {
    what: "shuffled row numbers",
    code: "identifier-column",
    severity: "error",
    columns: ["measure"],
    broken: () => both((_, index) => ({ measure: (index * 7919) % 3001 })),
  },
  {
    what: "a column called idx",
    code: "identifier-column",
    severity: "error",
    columns: ["idx"],
    broken: () => both((_, index) => ({ idx: index % 50 })),
  },
  {
    what: "addresses under an innocent name",
    code: "address-column",
    severity: "error",
    columns: ["peer"],
    broken: () => both((_, index) => ({ peer: `10.0.${index % 7}.${index % 11}` })),
  },
  {
    what: "hardware addresses",
    code: "address-column",
    severity: "error",
    columns: ["peer"],
    broken: () => both((_, index) => ({ peer: `00:1b:44:11:3a:${String(10 + (index % 50))}` })),
  },
  {
    what: "moments in ms under an innocent name",
    code: "clock-column",
    severity: "error",
    columns: ["measure"],
    broken: () => both((_, index) => ({ measure: 1.6e12 + ((index * 7919) % 3001) * 1000 })),
  },
  {
    what: "a time that is kept aside",
    code: "clock-column",
    severity: "info",
    columns: ["start_us"],
    broken: () =>
      both((_, index) => ({ start_us: 1.6e15 + index }), { start_us: { role: "identity", kind: "time" } }),
  },
  {
    what: "the class in numbers",
    code: "class-column",
    severity: "error",
    columns: ["label_value"],
    broken: () => both(({ label }) => ({ label_value: CLASSES.indexOf(String(label)) })),
  },
  {
    what: "NSL-KDD's difficulty",
    code: "difficulty-column",
    severity: "error",
    columns: ["difficulty"],
    broken: () => both((_, index) => ({ difficulty: (index * 13) % 22 })),
  },
  {
    what: "a port",
    code: "port-column",
    severity: "info",
    columns: ["Dst Port"],
    broken: () => both((_, index) => ({ "Dst Port": (index * 7) % 1024 })),
  },
  {
    what: "a port that tells the class",
    code: "port-column",
    severity: "warning",
    columns: ["Dst Port"],
    broken: () => both(({ label }) => ({ "Dst Port": 80 + CLASSES.indexOf(String(label)) })),
  },
  {
    what: "a constant",
    code: "constant-column",
    severity: "info",
    columns: ["version"],
    broken: () => both(() => ({ version: 4 })),
  },
  {
    what: "a column that is missing everywhere",
    code: "constant-column",
    severity: "info",
    columns: ["version"],
    broken: () => both(() => ({ version: null }), { version: { kind: "number" } }),
  },
  {
    what: "a value in all rows but two",
    code: "near-constant-column",
    severity: "info",
    columns: ["version"],
    broken: () => both((_, index) => ({ version: index === 5 || index === 9 ? 6 : 4 })),
  },
  {
    what: "a column that tells all classes",
    code: "shortcut-column",
    severity: "error",
    columns: ["ttl"],
    broken: () => both(({ label }, index) => ({ ttl: 60 * CLASSES.indexOf(String(label)) + (index % 10) })),
  },
  {
    what: "a category that tells one class",
    code: "shortcut-column",
    severity: "error",
    columns: ["tool"],
    broken: () =>
      both(({ label }, index) => ({ tool: label === "scan" ? "x" : index % 2 === 0 ? "y" : "z" })),
  },
  {
    what: "two flags that tell the classes together",
    code: "shortcut-pair",
    severity: "error",
    columns: ["first", "second"],
    broken: () =>
      both(({ label }, index) => {
        const bit = index % 2;
        const isBenign = label === "benign";
        return { first: isBenign ? 1 : 0, second: isBenign ? bit : label === "flood" ? 1 : 0 };
      }),
  },
  {
    what: "a unit that changed",
    code: "shifted-column",
    severity: "warning",
    columns: ["size"],
    broken: () => {
      const { test: tests, ...rest } = clean();
      return { ...rest, test: each(tests as Row[], ({ size }) => ({ size: Number(size) + 150 })) };
    },
  },
  {
    what: "a column without a counterpart",
    code: "missing-column",
    severity: "warning",
    columns: ["extra_feature"],
    broken: () => {
      const { training, ...rest } = clean();
      return { ...rest, training: each(training, (_, index) => ({ extra_feature: (index * 31) % 17 })) };
    },
  },
  {
    what: "a protocol that training never saw",
    code: "unseen-value",
    severity: "warning",
    columns: ["protocol"],
    rows: 40,
    broken: () => {
      const { test: tests, ...rest } = clean();
      return {
        ...rest,
        test: each(tests as Row[], (_, index) => (index < 40 ? { protocol: "sctp" } : undefined)),
      };
    },
  },
  {
    what: "a class of the test alone",
    code: "class-only-in-test",
    severity: "warning",
    rows: 50,
    broken: () => {
      const { test: tests, ...rest } = clean();
      return {
        ...rest,
        test: each(tests as Row[], (_, index) => (index < 50 ? { label: "worm" } : undefined)),
      };
    },
  },
  {
    what: "a class of training alone",
    code: "class-only-in-training",
    severity: "info",
    rows: 50,
    broken: () => {
      const { training, ...rest } = clean();
      return {
        ...rest,
        training: each(training, (_, index) => (index < 50 ? { label: "worm" } : undefined)),
      };
    },
  },
  {
    what: "a class on another day",
    code: "classes-apart-in-time",
    severity: "warning",
    columns: ["start_us"],
    broken: () =>
      both(
        ({ label }, index) => ({
          start_us: 1.6e15 + (label === "benign" ? 0 : 864e8) + ((index * 37) % 1000),
        }),
        { start_us: { role: "identity", kind: "time" } },
      ),
  },
  {
    what: "moments told by text, a class on another day",
    code: "classes-apart-in-time",
    severity: "warning",
    columns: ["when"],
    broken: () =>
      both(
        ({ label }, index) => {
          const day = label === "benign" ? 16 : 17;
          const clock = `20:${String(index % 60).padStart(2, "0")}:${String((index * 7) % 60).padStart(2, "0")}`;
          return { when: ` ${day}-Jun 2020 ${clock}.071112000 Mountain Daylight Time` };
        },
        { when: { role: "identity", kind: "text" } },
      ),
  },
  {
    what: "rows in the order of their classes",
    code: "row-order",
    severity: "warning",
    broken: () => {
      const { training, ...rest } = clean();
      const order = training.toSorted(
        (a, b) => CLASSES.indexOf(String(a.label)) - CLASSES.indexOf(String(b.label)),
      );
      return { ...rest, training: order };
    },
  },
  {
    what: "resampling in the history",
    code: "resampled-before-split",
    severity: "error",
    broken: () => ({
      ...clean(),
      lineage: {
        steps: [{ step: "balanced by SMOTE", rowsBefore: 10, rowsAfter: 20 }],
        splitMethod: "random",
      },
    }),
  },
  {
    what: "interpolated rows in the test",
    code: "synthetic-rows",
    severity: "error",
    columns: ["a", "b", "c"],
    broken: () =>
      both(({ label }, index) => {
        const half = label === "scan" ? 0.37 : 0;
        return { a: ((index * 7) % 40) + half, b: ((index * 11) % 50) + half, c: ((index * 13) % 60) + half };
      }),
  },
  {
    what: "test rows a hair beside training rows",
    code: "near-duplicates",
    severity: "warning",
    broken: () => {
      const { training, ...rest } = clean();
      const near = each(training.slice(0, 1000), ({ duration }) => ({
        duration: Number(duration) * 1.000001,
      }));
      return { ...rest, training, test: near };
    },
  },
  {
    what: "a class of four rows",
    code: "few-rows",
    severity: "warning",
    broken: () => {
      const { training, test: tests, facts } = clean();
      const rare = (rows: readonly Row[]): Row[] =>
        each(rows, (_, index) => (index < 4 ? { label: "rare" } : undefined));
      return { training: rare(training), test: rare(tests as Row[]), facts };
    },
  },
];

describe("each fault is found", () => {
  test.each(BROKEN)("$code: $what", async ({ code, severity, columns, rows, broken }) => {
    const { findings } = await audited(broken());
    const found = findings.filter((finding) => finding.code === code && finding.severity === severity);
    expect(found, JSON.stringify(findings.map(({ message }) => message))).not.toEqual([]);
    if (columns !== undefined) expect(found.map((finding) => finding.columns)).toContainEqual(columns);
    if (rows !== undefined) expect(found.map((finding) => finding.rows)).toContain(rows);
    expect(found[0].papers.length).toBeGreaterThan(0);
    expect(found[0].message).not.toContain("\n");
  });

  test("every code has a fault that it is shown on", () => {
    expect(Object.keys(FINDING_KINDS).filter((code) => !BROKEN.some((one) => one.code === code))).toEqual([]);
  });
});

test("the guide tells how each code is found", () => {
  const guide = readFileSync(new URL("../../../docs/guide/audit.md", import.meta.url), "utf8");
  const told = [...guide.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
  expect(told).toEqual(Object.keys(FINDING_KINDS));
});

test.each([
  ["balanced by SMOTE", "recipe"],
  ["balanced by weights", "random"],
  ["dropped duplicates", "random"],
])(
  "training rows alone that are resampled, and weights, are not blamed: %s, %s",
  async (step, splitMethod) => {
    const steps = [{ step, rowsBefore: 10, rowsAfter: 20 }];
    const report = await audited({ ...clean(), lineage: { steps, splitMethod } });
    expect(codes(report, "info")).not.toContain("resampled-before-split");
  },
);

test("interpolated rows in training alone are only worth knowing", async () => {
  const whole = (index: number, more: number) => ({
    a: ((index * 7) % 40) + more,
    b: ((index * 11) % 50) + more,
    c: ((index * 13) % 60) + more,
  });
  const { training, test: tests, facts } = clean();
  const report = await audited({
    training: each(training, ({ label }, index) => whole(index, label === "scan" ? 0.37 : 0)),
    test: each(tests as Row[], (_, index) => whole(index, 0)),
    facts,
  });
  const found = report.findings.filter(({ code }) => code === "synthetic-rows");
  expect(found.map(({ severity }) => severity)).toEqual(["info"]);
});

test("the same tables and seed give the same report, and a sample is seen from its figures", async () => {
  const faulty = both(({ label }, index) => ({ ttl: 60 * CLASSES.indexOf(String(label)) + (index % 10) }));
  const first = await audited(faulty, { sampleRows: 1000 });
  const second = await audited(faulty, { sampleRows: 1000 });
  expect(second).toEqual(first);
  expect(first.sample.trainingRows).toBeGreaterThan(800);
  expect(first.sample.trainingRows).toBeLessThan(1200);
  expect(codes(first, "error")).toContain("shortcut-column");
  const other = await audited(faulty, { sampleRows: 1000, seed: 2 });
  expect(other.findings).not.toEqual(first.findings);
});

test("without a label, what is about classes is left out and said to be", async () => {
  const { training, test: tests, facts } = clean();
  const bare = (rows: readonly Row[]): Row[] => rows.map(({ label: _, ...row }) => row);
  const report = await audited({
    training: bare([...training, training[0]]),
    test: bare(tests as Row[]),
    facts,
  });
  expect(report.skipped.join()).toContain("no label column");
  expect(codes(report, "info")).toEqual(["repeated-rows"]);
});

test("a label that is not there, and tables without a common feature, are told in one line", async () => {
  const failure = audited(clean(), { label: "klass" });
  await expect(failure).rejects.toThrow(OrbweaverError);
  await expect(failure).rejects.toThrow("'training' has no column 'klass' for the class");
  const others = cleanRows(3, 100).map(({ label }, index) => ({ other: index % 7, label }));
  await expect(audited({ ...clean(), test: others })).rejects.toThrow(
    "'training' and 'test' share no feature",
  );
});

test("rows without a class, missing values and infinities do no harm", async () => {
  const odd = both(
    (row, index) => ({
      label: index % 5 === 0 ? null : row["label"],
      size: index % 7 === 0 ? null : row["size"],
      rate: index % 9 === 0 ? "Infinity" : row["rate"],
    }),
    { size: { kind: "number" }, rate: { kind: "number" } },
  );
  const report = await audited(odd);
  expect(report.training.labelled).toBe(2400);
  expect(codes(report, "warning")).toEqual([]);
});
