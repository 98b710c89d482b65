// An HTTP server in place of an MLflow tracking server: holds every request against the rules of its REST reference (mlflow-rules.ts),
// answers as MLflow does, and keeps what it was told. What breaks a rule is answered with 400, as MLflow does, and kept as well.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { ENDPOINTS, problemOf, problemOfBatch } from "./mlflow-rules.ts";

export interface KeptRun {
  experiment: string;
  name: string;
  status: string;
  startTime: number;
  endTime?: number;
  metrics: { key: string; value: number; timestamp: number; step?: number }[];
  params: Map<string, string>;
  tags: Map<string, string>;
}

interface KeptVersion {
  version: string;
  source: string;
  run_id?: string;
  tags: { key: string; value: string }[];
}

export interface FakeMlflow {
  url: string;
  /** METHOD path, in order. */
  asked: string[];
  /** What broke a rule. */
  problems: string[];
  experiments: Map<string, string>;
  runs: Map<string, KeptRun>;
  /** By path below the artefacts' root. */
  artefacts: Map<string, { bytes: Buffer; type: string }>;
  models: Map<string, { versions: KeptVersion[]; aliases: Map<string, string> }>;
  authorizations: Set<string | undefined>;
  /** Answers instead of the server, where it gives something. */
  instead: (
    method: string,
    path: string,
  ) => { status: number; headers?: Record<string, string>; body?: string } | undefined;
  /** Where runs say that their artefacts are. */
  artefactRoot: string;
  stop(): Promise<void>;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const API = "/api/2.0/mlflow/";
const PROXY = "/api/2.0/mlflow-artifacts/artifacts/";

export async function startFakeMlflow(): Promise<FakeMlflow> {
  const fake: FakeMlflow = {
    url: "",
    asked: [],
    problems: [],
    experiments: new Map([["Default", "0"]]),
    runs: new Map(),
    artefacts: new Map(),
    models: new Map(),
    authorizations: new Set(),
    instead: () => undefined,
    artefactRoot: "mlflow-artifacts:",
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const server = createServer((request, response) => {
    void answer(fake, request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  fake.url = `http://127.0.0.1:${address.port}`;
  return fake;
}

async function answer(fake: FakeMlflow, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", fake.url);
  const method = request.method ?? "";
  fake.asked.push(`${method} ${url.pathname}`);
  fake.authorizations.add(request.headers.authorization);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const other = fake.instead(method, url.pathname);
  if (other !== undefined) {
    response.writeHead(other.status, other.headers).end(other.body ?? "");
    return;
  }
  const json = (status: number, value: unknown): void =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  try {
    json(200, handled(fake, { method, url, body, type: request.headers["content-type"] ?? "" }));
  } catch (failure) {
    const { status, code, message } =
      failure instanceof Refusal ? failure : new Refusal(500, "INTERNAL_ERROR", String(failure));
    if (status !== 404) fake.problems.push(`${method} ${url.pathname}: ${message}`);
    json(status, { error_code: code, message });
  }
}

interface Asked {
  method: string;
  url: URL;
  body: Buffer;
  type: string;
}

function invalid(message: string): Refusal {
  return new Refusal(400, "INVALID_PARAMETER_VALUE", message);
}

function absent(message: string): Refusal {
  return new Refusal(404, "RESOURCE_DOES_NOT_EXIST", message);
}

function handled(fake: FakeMlflow, asked: Asked): unknown {
  const { method, url, body, type } = asked;
  if (url.pathname.startsWith(PROXY)) {
    if (method !== "PUT") throw invalid(`the proxy of artefacts is asked with ${method}`);
    fake.artefacts.set(decodeURIComponent(url.pathname.slice(PROXY.length)), { bytes: body, type });
    return {};
  }
  const place = url.pathname.startsWith(API) ? url.pathname.slice(API.length) : "";
  // One path is asked by two methods.
  const path = ENDPOINTS[`${method} ${place}`] === undefined ? place : `${method} ${place}`;
  const endpoint = ENDPOINTS[path];
  if (endpoint === undefined || endpoint.method !== method)
    throw new Refusal(404, "ENDPOINT_NOT_FOUND", `no ${path}`);
  if (method !== "GET" && type !== "application/json") throw invalid(`the content type is '${type}'`);
  const text = body.toString("utf8");
  const message =
    method === "GET" ? Object.fromEntries(url.searchParams) : (JSON.parse(text) as Record<string, unknown>);
  const problem =
    problemOf(endpoint.fields, message) ??
    (path === "runs/log-batch" ? problemOfBatch(text, message) : undefined);
  if (problem !== undefined) throw invalid(problem);
  return HANDLERS[path](fake, message as never);
}

type Handler = (fake: FakeMlflow, message: never) => unknown;

const HANDLERS: Readonly<Record<string, Handler>> = {
  "experiments/get-by-name": (fake, { experiment_name: name }: { experiment_name: string }) => {
    const id = fake.experiments.get(name);
    if (id === undefined) throw absent(`Could not find experiment with name '${name}'`);
    return { experiment: { experiment_id: id, name } };
  },
  "experiments/create": (fake, { name }: { name: string }) => {
    if (fake.experiments.has(name)) throw new Refusal(400, "RESOURCE_ALREADY_EXISTS", name);
    fake.experiments.set(name, String(fake.experiments.size));
    return { experiment_id: fake.experiments.get(name) };
  },
  "runs/create": (fake, message: { experiment_id: string; run_name: string; start_time: number }) => {
    const { experiment_id: experiment, run_name: name, start_time: startTime } = message;
    if (![...fake.experiments.values()].includes(experiment)) throw absent(`No experiment ${experiment}`);
    const id = (fake.runs.size + 1).toString(16).padStart(32, "0");
    fake.runs.set(id, {
      experiment,
      name,
      startTime,
      status: "RUNNING",
      metrics: [],
      params: new Map(),
      tags: new Map(),
    });
    const uri = `${fake.artefactRoot}/${experiment}/${id}/artifacts`;
    return {
      run: {
        info: { run_id: id, experiment_id: experiment, status: "RUNNING", artifact_uri: uri },
        data: {},
      },
    };
  },
  "runs/update": (
    fake,
    { run_id: id, status, end_time: endTime }: { run_id: string; status: string; end_time?: number },
  ) => {
    const run = runOf(fake, id);
    run.status = status;
    run.endTime = endTime;
    return { run_info: { run_id: id, status } };
  },
  "runs/log-batch": (
    fake,
    message: { run_id: string; metrics?: KeptRun["metrics"]; params?: Pair[]; tags?: Pair[] },
  ) => {
    const run = runOf(fake, message.run_id);
    run.metrics.push(...(message.metrics ?? []));
    for (const { key, value } of message.params ?? []) {
      if ((run.params.get(key) ?? value) !== value)
        throw invalid(`Changing param values is not allowed: ${key}`);
      run.params.set(key, value);
    }
    for (const { key, value } of message.tags ?? []) run.tags.set(key, value);
    return {};
  },
  "registered-models/get": (fake, { name }: { name: string }) => {
    if (!fake.models.has(name)) throw absent(`Registered Model with name=${name} not found`);
    return { registered_model: { name } };
  },
  "registered-models/create": (fake, { name }: { name: string }) => {
    if (fake.models.has(name)) throw new Refusal(400, "RESOURCE_ALREADY_EXISTS", name);
    fake.models.set(name, { versions: [], aliases: new Map() });
    return { registered_model: { name } };
  },
  "registered-models/alias": (
    fake,
    { name, alias, version }: { name: string; alias: string; version: string },
  ) => {
    const model = fake.models.get(name);
    if (model?.versions.some((one) => one.version === version) !== true)
      throw absent(`no version ${version} of ${name}`);
    model.aliases.set(alias, version);
    return {};
  },
  "DELETE registered-models/alias": (fake, { name, alias }: { name: string; alias: string }) => {
    if (fake.models.get(name)?.aliases.delete(alias) !== true) throw absent(`no alias ${alias} of ${name}`);
    return {};
  },
  "model-versions/create": (fake, { name, ...facts }: { name: string } & Omit<KeptVersion, "version">) => {
    const model = fake.models.get(name);
    if (model === undefined) throw absent(`Registered Model with name=${name} not found`);
    const version = String(model.versions.length + 1);
    model.versions.push({ ...facts, version });
    return { model_version: { name, version, status: "READY" } };
  },
};

type Pair = { key: string; value: string };

function runOf(fake: FakeMlflow, id: string): KeptRun {
  const run = fake.runs.get(id);
  if (run === undefined) throw absent(`Run with id=${id} not found`);
  return run;
}
