// The log of a job: the newest lines as they come, older ones when they are asked for. Follows while it is scrolled to its end.

import { Box, Button, Group, Text } from "@mantine/core";
import { useLayoutEffect, useRef } from "react";
import { save } from "../../api/download.ts";
import { count } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { Loading } from "../../parts/states.tsx";
import { LINES_MAX } from "./log-window.ts";
import type { FollowedJob } from "./use-job-events.ts";

/** Pixels from the end that still count as being there. */
const NEAR_END = 24;

export function JobLog({ id, followed, isOver }: { id: string; followed: FollowedJob; isOver: boolean }) {
  const { log, kept, loadEarlier, toEnd } = followed;
  const box = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const lines = log?.lines;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the lines change
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && isFollowing.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  if (log === undefined)
    return (
      <Panel title="Log">
        <Loading what="the log" />
      </Panel>
    );
  const hasEarlier = log.from > kept;
  return (
    <Panel
      title="Log"
      note={noteOf(followed, isOver)}
      actions={
        <>
          {hasEarlier && (
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                isFollowing.current = false;
                void loadEarlier();
              }}
            >
              Load earlier lines
            </Button>
          )}
          {!log.isAtEnd && (
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                isFollowing.current = true;
                void toEnd();
              }}
            >
              To the end
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            disabled={log.lines.length === 0}
            onClick={() => save(`${log.lines.join("\n")}\n`, `${id}.log.txt`)}
          >
            Save these lines
          </Button>
        </>
      }
    >
      <Box
        ref={box}
        role="log"
        aria-label="Log"
        tabIndex={0}
        mah={420}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isFollowing.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
        }}
        style={{ overflow: "auto", border: "1px solid var(--console-line)" }}
        bg="var(--console-ground)"
        p="xs"
      >
        {log.lines.length === 0 ? (
          <Text size="sm" c="dimmed">
            It has said nothing yet.
          </Text>
        ) : (
          <pre className="mono foreign" style={{ margin: 0, whiteSpace: "pre-wrap" }}>
            {log.lines.map(shown).join("\n")}
          </pre>
        )}
      </Box>
    </Panel>
  );
}

function noteOf({ log, kept }: FollowedJob, isOver: boolean) {
  if (log === undefined) return undefined;
  const lines = `${count(log.lines.length)} ${log.lines.length === 1 ? "line" : "lines"}`;
  const older = kept > 0 && log.from <= kept ? "; older ones made room for new ones" : "";
  const bound = log.lines.length === LINES_MAX ? ", the most that are shown at once" : "";
  return (
    <Group gap={4}>
      <Text size="sm" span>
        {lines}
        {bound}
        {older}
        {!isOver && log.isAtEnd ? "; new ones come as they are said" : ""}. Times are UTC.
      </Text>
    </Group>
  );
}

/** The time of the day in front is enough; the day stands in the facts of the job. */
function shown(line: string): string {
  return line.replace(/^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d\.\d{3})Z /, "$1  ");
}
