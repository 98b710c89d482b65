// Files as bodies of requests: sent as they are read.

export type FileSource =
  | Blob
  | Uint8Array
  | ArrayBuffer
  | string
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** What `fetch` is to be given. Streams need `duplex`, which not all type libraries know. */
export function uploadBody(source: FileSource): RequestInit {
  if (
    typeof source === "string" ||
    source instanceof ArrayBuffer ||
    ArrayBuffer.isView(source) ||
    source instanceof Blob
  )
    return { body: source as unknown as NonNullable<RequestInit["body"]> };
  const body = source instanceof ReadableStream ? source : streamOf(source);
  return { body, duplex: "half" } as unknown as RequestInit;
}

function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
