// The card of the bundled model: what it is for, what it learnt from, what it cannot do. Figures come from the run.

import type { Metrics } from "../../src/evaluate/metrics.ts";
import type { ModelCard } from "../../src/model/contract.ts";
import type { Sample } from "./rows.ts";

export function cardOf(training: readonly Sample[], heldOut: Metrics): ModelCard {
  const scenarios = new Map<string, number>();
  for (const { scenario } of training) scenarios.set(scenario, (scenarios.get(scenario) ?? 0) + 1);
  const listed = [...scenarios].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    title: "Bundled model: floods, scans, brute force and some covert traffic, from `flow` rows",
    sections: [
      {
        heading: "Intended use",
        text:
          "A first look at a capture, and a starting point for models of your own. It flags SYN, ACK, UDP, ICMP, HTTP and " +
          "DHCP floods, horizontal, vertical and stealth scans, password guessing on login services, slow HTTP attacks " +
          "and DNS or ICMP tunnels. Beacons it does not know: one call of a beacon is a small request like any other. It does not read payload: attacks inside a well-formed request (SQL injection, " +
          "cross-site scripting, exploits) look like the requests they are.",
      },
      {
        heading: "Training data",
        text:
          `${training.length} flows of captures made by \`orbweaver generate\`; no real traffic. Flows by scenario: ` +
          `${listed.map(([name, count]) => `${name} ${count}`).join(", ")}. Columns that tell one host, path or ` +
          "service from another (service, time to live, segment size, first and least window, header size) were " +
          "hidden from the model.",
      },
      {
        heading: "Measured",
        text:
          `On ${heldOut.rows} flows of the same scenarios drawn with other seeds: accuracy ${heldOut.accuracy.toFixed(4)}, ` +
          `macro-F1 ${heldOut.macroF1.toFixed(4)}. This says how well it knows the generator. What it does on real captures ` +
          "is in docs/reference/bundled-model.md, and is the figure to go by.",
      },
      {
        heading: "Limits",
        text:
          "Synthetic traffic is tidier than the real kind. The real captures that it is judged on were looked at while the " +
          "scenarios and the hidden columns were chosen, so that table is a development result, not a blind test. Busy proxies, " +
          "resolvers, monitoring systems and vulnerability scanners that you run yourself do what scanners do and may be flagged. " +
          "Single flows of a slow scan look benign until enough of them are seen. Thresholds are not calibrated to your network.",
      },
    ],
  };
}
