// What is in the bundled capture. Its seed is used nowhere else: the bundled model has not seen it.

import type { GenerateOptions } from "../../src/generate/contract.ts";

const SECOND = 1_000_000;

export const DEMO: GenerateOptions = {
  seed: 1880,
  durationUs: 120 * SECOND,
  scenarios: [
    { name: "web", parameters: { users: 20, rate: 0.15, visitors: 0.1 } },
    { name: "dns", intensity: 0.5 },
    { name: "mail", parameters: { rate: 0.12 } },
    { name: "network-services" },
    { name: "iot-telemetry", parameters: { devices: 12, period: 20 } },
    { name: "database", parameters: { users: 6, rate: 0.3 } },
    {
      name: "vertical-scan",
      startOffsetUs: 20 * SECOND,
      durationUs: 20 * SECOND,
      parameters: { rate: 40, ports: 400 },
    },
    {
      name: "ssh-brute-force",
      startOffsetUs: 35 * SECOND,
      durationUs: 50 * SECOND,
      parameters: { parallel: 2, pause: 0.5, sources: 1 },
    },
    { name: "syn-flood", startOffsetUs: 80 * SECOND, durationUs: 6 * SECOND, parameters: { rate: 150 } },
  ],
};
