// What uploads and captures are called: requests name them by their ids.

import { useMemo } from "react";
import { useCaptures, useUploads } from "../../api/queries.ts";

/** Names by id; those of files that were removed are not known. */
export function useFileNames(): ReadonlyMap<string, string> {
  const { data: uploads } = useUploads();
  const { data: captures } = useCaptures();
  return useMemo(() => {
    const files = [...(uploads ?? []), ...(captures ?? [])];
    return new Map(files.map(({ id, name }) => [id, name]));
  }, [uploads, captures]);
}
