// The audit log: who changed what, when, and from where. Newest first, older ones as they are asked for; what is looked for stands in
// the address.

import { Button, Group, Text, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "../../api/client.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { count, moment } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { Empty, Failure, Loading } from "../../parts/states.tsx";

interface Entry {
  id: string;
  at: string;
  who: string;
  what: string;
  target: string;
  from: string;
  detail?: string;
}

const PAGE_SIZE = 100;

export function AuditLog() {
  const { who, what } = useSearch({ strict: false }) as { who?: string; what?: string };
  const log = useInfiniteQuery({
    queryKey: ["audit-log", who, what],
    queryFn: ({ pageParam }) =>
      data(api.GET("/audit-log", { params: { query: { limit: PAGE_SIZE, before: pageParam, who, what } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const entries: Entry[] = log.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Panel
      title="Audit log"
      note="Changes over HTTP and at the command line. The newest 10,000 are kept, none longer than 400 days."
    >
      <Filter key={`${who} ${what}`} who={who} what={what} />
      {log.isError && <Failure failure={log.error} retry={() => void log.refetch()} />}
      {log.isPending && <Loading what="the log" />}
      {log.isSuccess && (
        <DataTable
          label="Audit log"
          columns={COLUMNS}
          rows={entries}
          rowKey={({ id }) => id}
          minWidth={860}
          empty={<Empty title={who || what ? "No entry is like that" : "Nothing was changed yet"} />}
        />
      )}
      <Group mt="sm" gap="sm">
        {log.hasNextPage && (
          <Button
            size="xs"
            variant="default"
            loading={log.isFetchingNextPage}
            onClick={() => void log.fetchNextPage()}
          >
            Older entries
          </Button>
        )}
        {entries.length > 0 && (
          <Text size="sm" c="dimmed">
            {count(entries.length)} shown
          </Text>
        )}
      </Group>
    </Panel>
  );
}

/** Both are compared as a whole, as the server does. */
function Filter({ who = "", what = "" }: { who?: string; what?: string }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState({ who, what });
  const go = (search: { who?: string; what?: string }): void =>
    void navigate({ to: "/settings" as string, search: { tab: "log", ...search } as never });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        go({ who: asked.who.trim() || undefined, what: asked.what.trim() || undefined });
      }}
    >
      <Group gap="sm" mb="sm" align="flex-end">
        <TextInput
          label="Who"
          placeholder="anybody"
          w={180}
          value={asked.who}
          onChange={(event) => setAsked({ ...asked, who: event.currentTarget.value })}
        />
        <TextInput
          label="What"
          placeholder="anything, such as user.add"
          w={240}
          value={asked.what}
          onChange={(event) => setAsked({ ...asked, what: event.currentTarget.value })}
        />
        <Button type="submit" variant="default">
          Look
        </Button>
        {(who !== "" || what !== "") && (
          <Button variant="subtle" onClick={() => go({})}>
            All
          </Button>
        )}
      </Group>
    </form>
  );
}

const COLUMNS: readonly DataColumn<Entry>[] = [
  { id: "at", header: "When, UTC", cell: ({ at }) => <span className="number">{moment(at)}</span> },
  { id: "who", header: "Who", cell: ({ who }) => <span className="foreign">{who}</span> },
  {
    id: "what",
    header: "What",
    cell: ({ what }) => <span className="mono foreign">{what}</span>,
  },
  { id: "target", header: "To what", cell: ({ target }) => <span className="foreign">{target}</span> },
  { id: "from", header: "From", cell: ({ from }) => <span className="foreign">{from}</span> },
  {
    id: "detail",
    header: "Detail",
    cell: ({ detail }) => (
      <Text size="sm" c="dimmed" className="foreign">
        {detail}
      </Text>
    ),
  },
];
