// A live source followed for as long as a component is there.

import { useEffect, useRef, useState } from "react";
import type { VerdictRow } from "../../parts/verdicts/verdict-row.ts";
import { type FeedView, NOTHING_YET, SourceFeed } from "./feed.ts";

export function useSourceFeed(
  name: string | undefined,
  onVerdicts?: (verdicts: VerdictRow[]) => void,
): FeedView {
  const [view, setView] = useState<FeedView>(NOTHING_YET);
  const listener = useRef(onVerdicts);
  listener.current = onVerdicts;
  useEffect(() => {
    setView(NOTHING_YET);
    if (name === undefined) return;
    const feed = new SourceFeed(name, {
      onView: setView,
      onVerdicts: (verdicts) => listener.current?.(verdicts),
    });
    feed.start();
    return () => feed.stop();
  }, [name]);
  return view;
}
