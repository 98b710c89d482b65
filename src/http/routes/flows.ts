// One flow of a capture: its verdict and why, its packets, and they as a capture of their own.

import type { FastifyReply } from "fastify";
import * as z from "zod";
import { explainFlow, type FlowMeant } from "../../app/explain-flow.ts";
import { readModel } from "../../app/models.ts";
import { type FlowWanted, flowCapture, flowPackets } from "../../app/packets/flow-packets.ts";
import { OrbweaverError } from "../../base/errors.ts";
import type { App } from "../app.ts";
import { problems } from "../contract/common.ts";
import { flowForm, flowQuery, packetsForm, packetsQuery, tupleQuery } from "../contract/flows.ts";
import { idParams } from "../contract/work.ts";
import { sendFile, untilClosed } from "../downloads.ts";
import type { Services } from "../services.ts";

const tags = ["Files"];

export async function flowRoutes(app: App, services: Services): Promise<void> {
  app.get("/captures/:id/flow", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "explainFlow",
      summary: "One flow of a capture, judged anew, with every reason",
      description:
        "The flow is named by a row of a job `score` on this capture, or by Community ID and time. The capture is metered until it is found.",
      params: idParams,
      querystring: flowQuery,
      response: { 200: flowForm, ...problems(400, 404, 422) },
    },
    handler: async ({ params: { id }, query }, reply) => {
      const signal = untilClosed(reply as unknown as FastifyReply);
      const capture = await services.work.captures.path(id);
      const meant = await meantBy(services, id, query, signal);
      const model = await readModel(meant.model, { project: services.work.root });
      const { threshold = meant.threshold, class: className } = query;
      const found = await explainFlow({ model, capture, meant, threshold, className, signal });
      return { model: meant.model, ...told(found) };
    },
  });
  app.get("/captures/:id/packets", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "flowPackets",
      summary: "Packets of one flow of a capture",
      description:
        "Told in full, layer by layer, with the bytes, for a page of them; in short for all. At most the first 10,000 packets are looked for, and none that stands in the capture behind one that is more than a minute later than the flow's end.",
      params: idParams,
      querystring: packetsQuery,
      response: { 200: packetsForm, ...problems(400, 404, 422) },
    },
    handler: async ({ params: { id }, query }, reply) => {
      const { offset, limit, tunnels } = query;
      return flowPackets(
        await services.work.captures.path(id),
        wantedBy(query),
        { offset, limit, tunnels: tunnels === "true" },
        untilClosed(reply as unknown as FastifyReply),
      );
    },
  });
  app.get("/captures/:id/packets.pcap", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "flowCapture",
      summary: "Packets of one flow of a capture, as pcap",
      description: "At most the first 10,000 of them.",
      params: idParams,
      querystring: tupleQuery,
      response: {
        200: {
          description: "The file.",
          content: { "application/vnd.tcpdump.pcap": { schema: z.unknown() } },
        },
        ...problems(400, 404, 422),
      },
    },
    handler: async ({ params: { id }, query }, given) => {
      const reply = given as unknown as FastifyReply;
      const path = await services.work.captures.path(id);
      const tunnels = query.tunnels === "true";
      const file = await flowCapture(path, wantedBy(query), { tunnels }, untilClosed(reply));
      return sendFile(reply, { ...file, name: `flow-${id}.pcap` }) as never;
    },
  });
}

function wantedBy(query: z.infer<typeof tupleQuery>): FlowWanted {
  return {
    sourceAddress: query.source_address,
    sourcePort: query.source_port,
    destinationAddress: query.destination_address,
    destinationPort: query.destination_port,
    transport: query.transport,
    fromUs: query.from_us,
    toUs: query.to_us,
  };
}

type Meant = FlowMeant & { model: string; threshold?: number };

/** The flow that a query names. Throws `request-invalid`, `job-unknown`, `result-unknown`. */
async function meantBy(
  services: Services,
  capture: string,
  query: z.infer<typeof flowQuery>,
  signal: AbortSignal,
): Promise<Meant> {
  const { job: id, row, community_id: communityId, start_us: startUs, model } = query;
  if (id === undefined) {
    if (communityId === undefined || startUs === undefined || model === undefined)
      throw refused("job", "nothing", "job and row, or community_id, start_us and model");
    return { communityId, startUs, model };
  }
  if (row === undefined) throw refused("row", "nothing", "the number of a row, from 1");
  const { queue, tables } = services.work;
  const job = await queue.shelf.show(id);
  const request = job.request as { input?: { capture?: string } };
  const summary = job.summary as { model?: string; threshold?: number } | undefined;
  if (job.kind !== "score" || request.input?.capture !== capture || summary?.model === undefined)
    throw refused("job", id, "a job that has scored this capture");
  const { path } = await queue.shelf.result(id, "verdicts");
  const page = await tables.page(path, { where: [], offset: row - 1, limit: 1 }, signal);
  const [cells] = page.rows;
  if (cells === undefined) throw refused("row", String(row), `a row from 1 to ${page.total}`);
  const value = (name: string) => cells[page.columns.findIndex((column) => column.name === name)];
  return {
    communityId: String(value("community_id")),
    startUs: Number(value("start_us")),
    flow: Number(value("flow")),
    endReason: String(value("end_reason")),
    model: summary.model,
    ...(summary.threshold === undefined ? {} : { threshold: summary.threshold }),
  };
}

function told(found: Awaited<ReturnType<typeof explainFlow>>): Omit<z.infer<typeof flowForm>, "model"> {
  const { identity, threshold, probabilities, attackProbability, explanation, values } = found;
  const { verdict, row: _, truth: __, ...rest } = explanation;
  return {
    identity: {
      flow: identity.flow,
      community_id: identity.communityId,
      start_us: identity.startUs,
      end_us: identity.endUs,
      source_address: identity.sourceAddress,
      source_port: identity.sourcePort,
      destination_address: identity.destinationAddress,
      destination_port: identity.destinationPort,
      transport: identity.transport,
      end_reason: identity.endReason,
    },
    verdict: {
      class: verdict.class,
      attack: verdict.attack,
      confidence: verdict.probability,
      attack_probability: attackProbability,
      threshold,
      unknown: verdict.unknown ?? false,
    },
    probabilities,
    explanation: rest,
    values,
  };
}

function refused(field: string, found: string, expected: string): OrbweaverError {
  return new OrbweaverError("request-invalid", `${field}: found ${found}, expected ${expected}`, {
    fields: [{ field, found, expected }],
  });
}
