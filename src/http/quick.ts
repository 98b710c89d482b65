// The short way of a single row: POST /predict and /models/NAME/predict with a small JSON body, answered before the framework.
//
// What it guarantees: the bytes of the answer are those of the ordinary way, and so is all that is asked and counted, which both ways
// share: the gate, the headers, the reader, the model, the challenger's copy, the metrics. Whatever is not quite as usual - other
// headers, a body that has not come whole, one that is refused - goes the ordinary way as if nothing had happened. Knows no route.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Served } from "../app/serving/charge.ts";
import type { App } from "./app.ts";
import type { Answer } from "./metrics.ts";
import { JSON_TYPE, rowText } from "./predict.ts";
import type { Gate } from "./security/gate.ts";
import type { Services } from "./services.ts";

/** Most bytes of a body: it comes with its headers, in one piece. */
const BODY_MAX = 16 * 1024;
/** Headers that say that a request is not as usual: of pages, and of bodies in other forms. */
const UNUSUAL_HEADERS = ["origin", "transfer-encoding", "content-encoding", "expect", "upgrade", "trailer"];
const MODEL_PATH = /^\/models\/([\w.-]+)\/predict$/;

export interface QuickWay {
  services: Services;
  gate: Gate;
  /** Of every answer. */
  headers: Readonly<Record<string, string>>;
  /** Counts an answer. */
  count: (answer: Answer) => void;
}

interface Quick extends QuickWay {
  isClosing: boolean;
  /** Names and values, one after another, up to the length of the body. */
  head: readonly string[];
}

interface Target {
  route: string;
  /** Undefined: the main model. */
  name: string | undefined;
}

const MAIN: Target = { route: "/predict", name: undefined };

/** Takes what is usual before the framework does; to be called before the server is ready. */
export function answerQuickly(app: App, way: QuickWay): void {
  const quick: Quick = { ...way, isClosing: false, head: headOf(way.headers) };
  app.addHook("preClose", async () => {
    quick.isClosing = true;
  });
  app.addHook("onReady", async () => {
    const { server } = app;
    const [ordinary] = server.listeners("request") as ((
      request: IncomingMessage,
      response: ServerResponse,
    ) => void)[];
    server.removeListener("request", ordinary);
    server.on("request", (request, response) => {
      const target = quick.isClosing ? undefined : targetOf(request);
      if (target === undefined) ordinary(request, response);
      else begin(quick, { request, response, target, ordinary, startedMs: performance.now() });
    });
  });
}

function headOf(headers: Readonly<Record<string, string>>): string[] {
  return [...Object.entries(headers).flat(), "content-type", JSON_TYPE, "content-length"];
}

/** Which model a request means, where it is as usual. */
function targetOf({ method, url, headers, httpVersion }: IncomingMessage): Target | undefined {
  if (method !== "POST" || httpVersion !== "1.1" || headers["content-type"] !== "application/json")
    return undefined;
  const size = Number(headers["content-length"]);
  const isSmall = size > 0 && size <= BODY_MAX;
  const { accept } = headers;
  const isForJson = accept === undefined || accept === "*/*" || accept === "application/json";
  if (!isSmall || !isForJson) return undefined;
  for (const name of UNUSUAL_HEADERS) if (headers[name] !== undefined) return undefined;
  if (url === "/predict") return MAIN;
  const name = MODEL_PATH.exec(url ?? "")?.[1];
  return name === undefined ? undefined : { route: "/models/:ref/predict", name };
}

interface Asking {
  request: IncomingMessage;
  response: ServerResponse;
  target: Target;
  ordinary: (request: IncomingMessage, response: ServerResponse) => void;
  startedMs: number;
}

function begin(quick: Quick, asking: Asking): void {
  const { request, response, ordinary } = asking;
  const asked = quick.gate.ask(
    { headers: request.headers, ip: request.socket.remoteAddress ?? "" },
    "predict",
  );
  if (asked.failure !== undefined) {
    quick.gate.remember(request, asked);
    ordinary(request, response);
    return;
  }
  // What came in one piece with the headers has been read by then.
  process.nextTick(() => {
    const isWhole = request.readableLength === Number(request.headers["content-length"]);
    if (isWhole && answered(quick, asking)) return;
    quick.gate.remember(request, asked);
    ordinary(request, response);
  });
}

/** Answers a request whose body has come. False where that is not for this way; the body is there again then. */
function answered(
  { services, head, count }: Quick,
  { request, response, target, startedMs }: Asking,
): boolean {
  const body = request.read() as Buffer | null;
  if (body === null) return false;
  const text = textOf(services, target, body);
  if (text === undefined) {
    request.unshift(body);
    return false;
  }
  response.writeHead(200, [...head, String(Buffer.byteLength(text))] as never);
  response.end(text);
  // To its end, which says that the next request may come.
  request.resume();
  count({
    method: "POST",
    route: target.route,
    status: 200,
    seconds: (performance.now() - startedMs) / 1000,
  });
  return true;
}

function textOf({ charge }: Services, { name }: Target, body: Buffer): string | undefined {
  try {
    const served: Served | undefined = name === undefined ? charge.main() : charge.named(name);
    const usual = served?.predictor.readUsual(body);
    if (served === undefined || usual?.shape !== "row") return undefined;
    return rowText(usual.block, { charge, served, query: {} });
  } catch {
    // The ordinary way meets it too, and tells it.
    return undefined;
  }
}
