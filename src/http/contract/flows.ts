// Forms of one flow of a capture: why it got its class, and its packets.

import * as z from "zod";
import { idForm, modelForm } from "../../app/jobs/inputs.ts";
import { PACKETS_MAX } from "../../app/packets/flow-packets.ts";

const moment = z.coerce.number().int().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(["true", "false"]).optional();

export const flowQuery = z.object({
  job: idForm.optional().describe("A job `score` on this capture, with `row`."),
  row: z.coerce.number().int().min(1).optional().describe("Number of the row in its table, from 1."),
  community_id: z.string().max(60).optional().describe("Where no job is given, with `start_us` and `model`."),
  start_us: moment.optional().describe("First packet, µs since 1970 UTC, as the capture has it."),
  model: modelForm.optional(),
  threshold: z.coerce.number().gt(0).max(1).optional(),
  class: z.string().max(200).optional().describe("Class to explain instead of the one that was given."),
});

const identityForm = z.object({
  flow: z.int(),
  community_id: z.string(),
  start_us: z.number(),
  end_us: z.number(),
  source_address: z.string(),
  source_port: z.int().describe("ICMP: type."),
  destination_address: z.string(),
  destination_port: z.int().describe("ICMP: code."),
  transport: z.string(),
  end_reason: z.string(),
});

const valueForm = z.object({
  column: z.string(),
  value: z.union([z.number(), z.string(), z.null()]),
  unit: z.string(),
  text: z.string().describe("In words: 812 packets."),
});

const decisionForm = z.object({
  question: z.string(),
  value: z.string(),
  answer: z.enum(["yes", "no"]),
  after: z.number().describe("Expected share or score after the answer."),
  rows: z.number().describe("Training rows that went this way."),
});

const explanationForm = z.object({
  class: z.string().describe("The class that is explained."),
  probability: z.number(),
  method: z.string(),
  scale: z.string().describe("What amounts are of: log-odds, probability, …"),
  uncalibrated: z.boolean().optional(),
  bias: z.number(),
  contributions: z.array(valueForm.extend({ amount: z.number() })).describe("Largest first."),
  others: z.object({ columns: z.int(), amount: z.number() }),
  sum: z.number().describe("Bias and all contributions."),
  decisions: z
    .object({
      scale: z.string(),
      trees: z.int(),
      paths: z.array(
        z.object({
          tree: z.int(),
          before: z.number(),
          decisions: z.array(decisionForm),
          after: z.number(),
        }),
      ),
    })
    .optional()
    .describe("Of models of trees: the most influential one."),
});

export const flowForm = z
  .object({
    model: z.string(),
    identity: identityForm,
    verdict: z.object({
      class: z.string(),
      attack: z.boolean(),
      confidence: z.number(),
      attack_probability: z.number(),
      threshold: z.number(),
      unknown: z.boolean(),
    }),
    probabilities: z.array(z.object({ class: z.string(), probability: z.number(), attack: z.boolean() })),
    explanation: explanationForm,
    values: z.array(valueForm).describe("What the model saw, in the order of its columns."),
  })
  .describe("One flow, its verdict, and why it got it.")
  .meta({ id: "Flow" });

export const tupleQuery = z.object({
  source_address: z.string().min(1).max(60),
  source_port: port.default(0).describe("ICMP: type."),
  destination_address: z.string().min(1).max(60),
  destination_port: port.default(0).describe("ICMP: code."),
  transport: z.string().min(1).max(10).describe("tcp, udp, icmp, icmpv6, sctp, or a protocol number."),
  from_us: moment.describe("First packet, µs since 1970 UTC, included."),
  to_us: moment.describe("Last packet, included."),
  tunnels: flag.describe("Look into tunnels, as the flows were cut out."),
});

export const packetsQuery = tupleQuery.extend({
  offset: z.coerce.number().int().min(0).max(PACKETS_MAX).default(0),
  limit: z.coerce.number().int().min(0).max(200).default(50).describe("Packets told in full."),
});

const direction = z.enum(["forward", "backward"]);

export const packetsForm = z
  .object({
    total: z.int().describe("Packets found."),
    more: z.boolean().describe(`There are more than ${PACKETS_MAX}, which are not looked for.`),
    offset: z.int(),
    packets: z.array(
      z.object({
        frame: z.int().describe("Number of the frame in its capture, from 1."),
        timestamp_us: z.number(),
        direction,
        wire_length: z.int(),
        captured_length: z.int(),
        payload_length: z.int(),
        layers: z.array(
          z.object({
            name: z.string(),
            start: z.int().describe("Bytes from the start of the frame."),
            length: z.int(),
            fields: z.array(z.object({ name: z.string(), value: z.string() })),
          }),
        ),
        hex: z.string().describe("The frame's first 2,048 bytes."),
      }),
    ),
    timeline: z
      .array(z.object({ timestamp_us: z.number(), direction, wire_length: z.int() }))
      .describe("Every packet found, in short."),
  })
  .describe("Packets of a flow.")
  .meta({ id: "FlowPackets" });
