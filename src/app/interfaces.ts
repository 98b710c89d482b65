// The interfaces that can be captured on, and what may be said about captures on them.

export { listCaptureInterfaces } from "../capture/capture-child.ts";
export type { CaptureProgramName } from "../capture/capture-program.ts";
export { CAPTURE_PROGRAM_NAMES, type CaptureInterfaceName } from "../capture/capture-program.ts";
export { type Endpoint, parseEndpoint } from "../capture/endpoint.ts";
export { requireRotation } from "../capture/rotate.ts";
