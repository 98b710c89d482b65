// The corrected rows of `cic` beside those of `flow` over real captures: two lifecycles and two sets of measures over one
// decoder. They cut flows differently, so sums are compared: every packet is in one row, and payload is the same.

import { readdirSync } from "node:fs";
import { expect } from "vitest";
import { schemaById } from "../../src/feature/row-meter.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { meteredRows } from "../support/metered-rows.ts";

/** Protocols whose payload CICFlowMeter counts. */
const COUNTED = ["tcp", "udp", "sctp"];

interface Sums {
  packets: number;
  metered: number;
  payload: number;
}

async function sumsOf(path: string, id: string, packets: string[], payload: string[]): Promise<Sums> {
  const { rows, ledger } = await meteredRows(path, { schema: schemaById(id) });
  const sums = { packets: 0, metered: ledger.metered, payload: 0 };
  for (const { identity, values } of rows) {
    for (const name of packets) sums.packets += values[name];
    if (!COUNTED.includes(identity.transport)) continue;
    for (const name of payload) sums.payload += values[name];
  }
  return sums;
}

dataTest(
  "every packet is in one row, and payload is that of flow",
  async () => {
    const folder = sharedData("oracle/captures");
    let compared = 0;
    for (const name of readdirSync(folder).sort()) {
      const path = `${folder}/${name}`;
      const cic = await sumsOf(
        path,
        "cic",
        ["total_fwd_packet", "total_bwd_packets"],
        ["total_length_of_fwd_packet", "total_length_of_bwd_packet"],
      );
      const flow = await sumsOf(path, "flow", ["packets"], ["payload_bytes"]);
      expect([name, cic.packets, cic.payload]).toEqual([name, cic.metered, flow.payload]);
      expect([name, cic.packets]).toEqual([name, flow.packets]);
      compared += cic.packets;
    }
    expect(compared).toBeGreaterThan(10_000);
  },
  120_000,
);
