import fc from "fast-check";
import { expect, test } from "vitest";
import { type Alert, AlertGrouper, type AttackFlow, FAN_IN, FAN_OUT } from "./alert.ts";

const SECOND_US = 1_000_000;

/** An attack flow from host `source` to host `target`, `startS` seconds into the capture. */
function flow(source: number, target: number, startS = 0, changes: Partial<AttackFlow> = {}): AttackFlow {
  return {
    className: "scan",
    words: [0, 0, 0xffff, 0x0a000000 + source, 0, 0, 0xffff, 0x0a010000 + target],
    destinationPort: 80,
    hasPorts: true,
    transport: "tcp",
    startUs: startS * SECOND_US,
    endUs: startS * SECOND_US + 5,
    packets: 2,
    wireBytes: 120,
    probability: 0.9,
    communityId: () => `1:${source}-${target}`,
    reasons: () => [],
    ...changes,
  };
}

function alertsOf(flows: AttackFlow[], options: { openMax?: number; silenceUs?: number } = {}) {
  const alerts: Alert[] = [];
  const grouper = new AlertGrouper({ ...options, onAlert: (alert) => alerts.push(alert) });
  for (const one of flows) grouper.add(one);
  grouper.end();
  return { alerts, ledger: grouper.ledger() };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

test("a pair attacked often is one alert with counts, times and examples", () => {
  const { alerts } = alertsOf(range(50).map((index) => flow(1, 1, index)));
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({
    alert: 1,
    shape: "pair",
    sources: { count: 1, exact: true, examples: ["10.0.0.1"] },
    targets: { count: 1, exact: true, examples: ["10.1.0.1"] },
    ports: { count: 1, exact: true, examples: [80] },
    flows: 50,
    packets: 100,
    wireBytes: 6000,
    firstUs: 0,
    lastUs: 49 * SECOND_US + 5,
    communityIds: ["1:1-1", "1:1-1", "1:1-1"],
    endReason: "end-of-input",
  });
});

test("a horizontal scan is one alert", () => {
  const { alerts } = alertsOf(range(812).map((index) => flow(1, index, index / 100)));
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({
    shape: "source",
    sources: { count: 1, examples: ["10.0.0.1"] },
    flows: 812,
    ports: { count: 1, examples: [80] },
  });
  expect(alerts[0].targets.exact).toBe(false);
  expect(Math.abs(alerts[0].targets.count - 812)).toBeLessThan(40);
});

test("a vertical scan is one alert that tells its ports", () => {
  const { alerts } = alertsOf(range(300).map((index) => flow(1, 1, 0, { destinationPort: index + 1 })));
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({ shape: "pair", ports: { count: 300, exact: true } });
});

test("a distributed flood to one target is one alert", () => {
  const { alerts } = alertsOf(range(400).map((index) => flow(index, 7)));
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({
    shape: "target",
    targets: { count: 1, examples: ["10.1.0.7"] },
    flows: 400,
  });
  expect(alerts[0].sources).toMatchObject({ count: 400, exact: true });
});

test("fewer sources than FAN_IN stay alerts of their own, a scan of FAN_OUT hosts is one, and classes never mix", () => {
  const sources = range(FAN_IN - 1).map((source) => flow(source, 1));
  expect(alertsOf(sources).alerts.map((alert) => alert.shape)).toEqual(sources.map(() => "pair"));
  const targets = range(FAN_OUT).map((target) => flow(1, target));
  expect(alertsOf(targets).alerts.map((alert) => alert.shape)).toEqual(["source"]);
  const mixed = alertsOf([flow(1, 1), flow(1, 1, 0, { className: "flood" })]).alerts;
  expect(mixed.map((alert) => alert.className)).toEqual(["scan", "flood"]);
});

test("silence ends an alert and the next flow opens another one", () => {
  const { alerts, ledger } = alertsOf([flow(1, 1, 0), flow(1, 1, 5), flow(1, 1, 100)], {
    silenceUs: 60 * SECOND_US,
  });
  expect(alerts.map((alert) => [alert.flows, alert.endReason])).toEqual([
    [2, "silence"],
    [1, "end-of-input"],
  ]);
  expect(ledger.ended).toEqual({ silence: 1, full: 0, "end-of-input": 1 });
});

test("when the table is full the alert silent longest is handed out", () => {
  const flows = [flow(1, 1, 0), flow(2, 2, 1), flow(3, 3, 2), flow(1, 1, 3), flow(4, 4, 4)];
  const { alerts } = alertsOf(flows, { openMax: 3 });
  expect(alerts[0]).toMatchObject({ sources: { examples: ["10.0.0.2"] }, endReason: "full" });
  expect(alerts).toHaveLength(4);
});

test("the reasons are those of the strongest flow", () => {
  const told =
    (text: string): AttackFlow["reasons"] =>
    () => [{ feature: text, value: 1, unit: "", amount: 1, text }];
  const { alerts } = alertsOf([
    flow(1, 1, 0, { probability: 0.8, reasons: told("first") }),
    flow(1, 1, 1, { probability: 0.99, reasons: told("strongest") }),
    flow(1, 1, 2, { probability: 0.9, reasons: told("last") }),
  ]);
  expect(alerts[0].probabilityMax).toBe(0.99);
  expect(alerts[0].reasons[0].text).toBe("strongest");
});

test("the sums agree for any flows, in any bounds", () => {
  const any = fc.array(fc.tuple(fc.nat(6), fc.nat(6), fc.nat(400), fc.constantFrom("scan", "flood")), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(any, fc.integer({ min: 3, max: 12 }), (items, openMax) => {
      const flows = items.map(([source, target, startS, className]) =>
        flow(source, target, startS, { className }),
      );
      const { alerts, ledger } = alertsOf(flows, { openMax, silenceUs: 100 * SECOND_US });
      expect(alerts.reduce((sum, alert) => sum + alert.flows, 0)).toBe(flows.length);
      expect(ledger.flowsReported).toBe(flows.length);
      expect(ledger.opened).toBe(ledger.joined + ledger.open + alerts.length);
      expect(ledger.open).toBe(0);
      for (const alert of alerts) expect(alert.shape === "pair" || alert.flows >= FAN_OUT).toBe(true);
    }),
  );
});
