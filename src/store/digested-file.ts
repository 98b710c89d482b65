// A file written from a stream, durable when it is there, with the digest of its bytes. What fails in writing is told in the caller's
// words; what the source throws comes as it is.

import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

export interface DigestedOptions {
  mode?: number;
  /** Asked before each piece is written, with the bytes up to its end; throws to refuse it. */
  admit?: (pieceBytes: number, bytes: number) => void | Promise<void>;
  /** The failure to throw for one of writing. */
  failed: (cause: unknown) => Error;
}

/** Writes a file that must not be there; what was written of it stays when this throws. */
export async function writeDigested(
  path: string,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { mode = 0o666, admit, failed }: DigestedOptions,
): Promise<{ sha256: string; bytes: number }> {
  const making = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (cause) {
      throw failed(cause);
    }
  };
  const hash = createHash("sha256");
  let bytes = 0;
  const handle = await making(() => open(path, "wx", mode));
  try {
    for await (const piece of source) {
      bytes += piece.length;
      await admit?.(piece.length, bytes);
      hash.update(piece);
      await making(() => writeAll(handle, piece));
    }
    await making(() => handle.sync());
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest("hex"), bytes };
}

async function writeAll(handle: FileHandle, piece: Uint8Array): Promise<void> {
  for (let done = 0; done < piece.length; )
    done += (await handle.write(piece, done, piece.length - done)).bytesWritten;
}
