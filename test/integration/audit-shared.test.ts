// What is known to be wrong with the public data sets, found by the audit. Counts are those of test/golden/audit-rows.py, which
// counts with Python's sets, and of the shared data's README.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { auditTable } from "../../src/dataset/audit/audit.ts";
import type { AuditFinding, AuditReport, FindingCode } from "../../src/dataset/audit/contract.ts";
import type { DatasetColumn, TableFile } from "../../src/dataset/store/contract.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { type Imported, withImported } from "../support/imported.ts";

interface Alone {
  rows: number;
  repeats: number;
  repeatsOfFeatures: number;
  largestGroup: number;
  contradicting: number;
  beyond: number;
}
interface Pair {
  training: Alone;
  test: Alone;
  shared: number;
  sameClass: number;
}

const golden: Record<"kdd" | "nsl-kdd", Pair> = JSON.parse(
  readFileSync(new URL("../golden/audit-rows.json", import.meta.url), "utf8"),
);

function tableFile({ path, result }: Imported, name: string): TableFile {
  return { path, rows: result.rows, columns: result.columns, label: result.label, name };
}

/** The same table with some columns taken for features. */
function withFeatures(table: TableFile, names: readonly string[]): TableFile {
  const columns = table.columns.map(
    (column): DatasetColumn => (names.includes(column.name) ? { ...column, role: "feature" } : column),
  );
  return { ...table, columns };
}

function audited(imported: Imported, table: TableFile, against?: TableFile): Promise<AuditReport> {
  return auditTable({ duck: imported.duck, training: table, test: against, seed: 1, sampleRows: 50_000 });
}

function found(report: AuditReport, code: FindingCode): AuditFinding[] {
  return report.findings.filter((finding) => finding.code === code);
}

/** Findings of a code by the table that they are of. */
function ofTable(report: AuditReport, code: FindingCode, table: string): AuditFinding {
  const [finding] = found(report, code).filter(({ evidence }) => evidence["table"] === table);
  expect(finding, `${code} of ${table}`).toBeDefined();
  return finding;
}

function expectCounts(report: AuditReport, expected: Pair): void {
  for (const [name, alone] of [
    ["training", expected.training],
    ["test", expected.test],
  ] as const) {
    const { rows, repeats, repeatsOfFeatures, largestGroup } = alone;
    const evidence = ofTable(report, "repeated-rows", name).evidence;
    expect(evidence).toMatchObject({ rows, repeats, repeatsOfFeatures, largestGroup });
    const contradicting = ofTable(report, "contradicting-rows", name);
    expect(contradicting.rows).toBe(alone.contradicting);
    expect(contradicting.evidence["accuracyAtMost"]).toBeCloseTo(1 - alone.beyond / rows, 12);
  }
  const [shared] = found(report, "shared-rows");
  expect(shared.rows).toBe(expected.shared);
  expect(shared.evidence["sameClass"]).toBe(expected.sameClass);
}

test("the golden counts are those that the shared data's README publishes", () => {
  const { training, test: tests, shared } = golden.kdd;
  expect([training.repeats, tests.repeats, shared]).toEqual([348_435, 233_738, 181_136]);
});

describe("KDD", () => {
  dataTest("KDD Cup 1999: repeats, shared rows, contradictions, unseen classes and services", () =>
    withImported([sharedData("kdd/kddcup.data_10_percent.gz")], {}, (training) =>
      withImported([sharedData("kdd/corrected.gz")], {}, async (tests) => {
        const report = await audited(training, tableFile(training, "training"), tableFile(tests, "test"));
        expectCounts(report, golden.kdd);
        expect(found(report, "shared-rows")[0].severity).toBe("error");
        expect(found(report, "constant-column")[0].columns).toContain("num_outbound_cmds");
        expect(found(report, "class-only-in-test")[0].evidence["ofClasses"]).toHaveLength(17);
        const [unseen] = found(report, "unseen-value");
        expect(unseen).toMatchObject({ columns: ["service"], rows: 2 });
        expect(unseen.message).toContain("'icmp'");
        expect(found(report, "row-order")).toHaveLength(1);
      }),
    ),
  );

  dataTest("NSL-KDD: few shared rows, and the difficulty, kept aside or not", () =>
    withImported([sharedData("nsl-kdd/KDDTrain+.txt.gz")], {}, (training) =>
      withImported([sharedData("nsl-kdd/KDDTest+.txt.gz")], {}, async (tests) => {
        const [train, against] = [tableFile(training, "training"), tableFile(tests, "test")];
        const report = await audited(training, train, against);
        expectCounts(report, golden["nsl-kdd"]);
        expect(report.counts.error).toBe(0);
        expect(found(report, "difficulty-column")).toMatchObject([
          { severity: "info", columns: ["difficulty"] },
        ]);
        const misused = await audited(
          training,
          withFeatures(train, ["difficulty"]),
          withFeatures(against, ["difficulty"]),
        );
        const [difficulty] = found(misused, "difficulty-column");
        expect(difficulty).toMatchObject({ severity: "error", columns: ["difficulty"] });
        expect(difficulty.message).toContain("count of 21 learners that got the row right");
      }),
    ),
  );
});

dataTest("APA-DDoS: ip.flags.df, tcp.flags.push, and attacks that never meet in time", () =>
  withImported([sharedData("apa/APA-DDoS-Dataset.csv.gz")], {}, async (imported) => {
    const table = tableFile(imported, "apa");
    const report = await audited(imported, table);
    const benign = found(report, "shortcut-column").filter(({ message }) => message.includes("'Benign'"));
    expect(benign).toMatchObject([{ severity: "error" }]);
    expect(benign[0].columns).toContain("ip.flags.df");
    const [pair] = found(report, "shortcut-pair");
    expect(pair.severity).toBe("error");
    const pairs = pair.evidence["pairs"] as { columns: string[]; accuracy: number }[];
    const flags = pairs.find(({ columns }) => columns.join() === "ip.flags.df,tcp.flags.push");
    expect(flags?.accuracy).toBe(1);
    const [apart] = found(report, "classes-apart-in-time");
    expect(apart.evidence["apart"]).toEqual([{ classes: ["DDoS-ACK", "DDoS-PSH-ACK"], overlap: 0 }]);
    expect(found(report, "address-column")).toMatchObject([{ severity: "info" }]);
    // Nine here; the tenth of the README is the destination's address, which is no feature.
    expect(found(report, "constant-column")[0].columns).toHaveLength(9);
    const clock = table.columns.find(({ kind }) => kind === "time")?.name ?? "";
    const misused = await audited(imported, withFeatures(table, [clock]));
    expect(found(misused, "clock-column")).toMatchObject([{ severity: "error", columns: [clock] }]);
  }),
);

dataTest("AntiNex: idx is among the features, and the class under another name is not", () =>
  withImported(
    ["v1_django_full_attack.csv.gz", "fulldata_attack_scans.csv"].map((name) =>
      sharedData(`antinex/${name}`),
    ),
    {},
    async (imported) => {
      const report = await audited(imported, tableFile(imported, "antinex"));
      const idx = found(report, "identifier-column").filter(({ columns }) => columns?.includes("idx"));
      expect(idx).toMatchObject([{ severity: "error", columns: ["idx"], evidence: { usedAs: "feature" } }]);
      const aside = found(report, "class-column").flatMap(({ columns }) => columns ?? []);
      expect(aside).toContain("label_value");
    },
  ),
);

dataTest("CSE-CIC-IDS2018: times, addresses and ports, kept aside or not", () =>
  withImported([sharedData("cic/csecicids2018_improved_sample5000.csv.gz")], {}, async (imported) => {
    const table = tableFile(imported, "cic");
    const report = await audited(imported, table);
    const [addresses] = found(report, "address-column");
    expect(addresses).toMatchObject({ severity: "info", columns: ["source_address", "destination_address"] });
    expect(found(report, "clock-column")).toMatchObject([{ severity: "info", columns: ["start_us"] }]);
    expect(found(report, "classes-apart-in-time")[0].columns).toEqual(["start_us"]);
    expect(report.counts.error).toBe(0);
    const names = ["source_address", "destination_address", "start_us", "flow_id"];
    const misused = await audited(imported, withFeatures(table, names));
    const errors = misused.findings.filter(({ severity }) => severity === "error");
    expect(errors.flatMap(({ columns }) => columns ?? []).sort()).toEqual(names.toSorted());
    // What the address alone tells is measured: far more than the half that is benign.
    const [address] = found(misused, "address-column").filter(
      ({ columns }) => columns?.[0] === "source_address",
    );
    expect((address.evidence["values"] as { accuracy: number }).accuracy).toBeGreaterThan(0.9);
  }),
);
