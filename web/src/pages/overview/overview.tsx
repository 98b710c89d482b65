// What a live source does at the moment: its traffic, verdicts, alerts, talkers and losses, and the model that judges it. Which
// source it is stands in the address.

import { Anchor, Button, Grid, Modal, Select, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { api, data } from "../../api/client.ts";
import { useMay, useModels } from "../../api/queries.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { moment } from "../../parts/format.ts";
import { failed, told } from "../../parts/notify.tsx";
import { Page, Panel } from "../../parts/page.tsx";
import { Asked, Empty, Loading } from "../../parts/states.tsx";
import type { VerdictRow } from "../../parts/verdicts/verdict-row.ts";
import type { FeedView, Source } from "../live/feed.ts";
import { FeedFailure, FeedState, originOf } from "../live/feed-state.tsx";
import { useSourceFeed } from "../live/use-feed.ts";
import { Alerts } from "./alerts.tsx";
import { InCharge } from "./in-charge.tsx";
import { Ledger } from "./ledger.tsx";
import { SourceForm } from "./source-form.tsx";
import { STREAM_MAX, Stream } from "./stream.tsx";
import { Talkers } from "./talkers.tsx";
import { Classes, Traffic } from "./traffic.tsx";

const ASK_MS = 5_000;

export function Overview() {
  const sources = useQuery({
    queryKey: ["sources"],
    queryFn: () => data(api.GET("/sources")),
    refetchInterval: ASK_MS,
  });
  const { source: wanted } = useSearch({ strict: false }) as { source?: unknown };
  const navigate = useNavigate();
  const choose = (name: string | undefined): void =>
    void navigate({ to: "/overview" as string, search: { source: name } as never });
  return (
    <Asked query={sources} what="live sources">
      {({ sources: known }) => {
        const chosen =
          known.find(({ name }) => name === String(wanted)) ??
          known.find(({ state }) => state === "running") ??
          known[0];
        return chosen === undefined ? (
          <NoSource onStarted={choose} />
        ) : (
          <Followed key={chosen.name} name={chosen.name} known={known} onChoose={choose} />
        );
      }}
    </Asked>
  );
}

function NoSource({ onStarted }: { onStarted: (name: string) => void }) {
  const mayStart = useMay("write");
  return (
    <Page title="Overview" note="Live traffic, and what the model in charge makes of it.">
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Panel title={mayStart ? "Start a live source" : undefined}>
            {mayStart ? (
              <SourceForm onStarted={onStarted} />
            ) : (
              <Empty title="No live source runs">
                Someone whose role allows it can meter an interface, or play a capture. What was judged before
                is under Captures and Jobs.
              </Empty>
            )}
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <InCharge />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

interface FollowedProps {
  name: string;
  known: readonly Source[];
  onChoose: (name: string | undefined) => void;
}

function Followed({ name, known, onChoose }: FollowedProps) {
  const { view, verdicts } = useStream(name);
  const { source } = view;
  const benign = useBenign(source);
  const isOver = source?.ended !== undefined;
  return (
    <Page
      title="Overview"
      note={source && noteOf(source)}
      actions={
        <>
          <FeedState view={view} />
          {known.length > 1 && (
            <Select
              size="xs"
              w={180}
              aria-label="Live source"
              data={known.map((one) => one.name)}
              value={name}
              allowDeselect={false}
              onChange={(next) => onChoose(next ?? undefined)}
            />
          )}
          <Actions name={name} onChoose={onChoose} />
        </>
      }
    >
      <FeedFailure view={view} />
      {source === undefined ? (
        view.status !== "refused" && <Loading what={name} />
      ) : (
        <Stack gap="md">
          <Traffic view={view} />
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 8 }}>
              <Classes view={view} benign={benign} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 4 }}>
              <InCharge source={source} />
            </Grid.Col>
          </Grid>
          <Alerts name={name} isOver={isOver} />
          <Stream view={view} verdicts={verdicts} />
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 5 }}>
              <Talkers name={name} isOver={isOver} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 7 }}>
              <Ledger source={source} />
            </Grid.Col>
          </Grid>
        </Stack>
      )}
    </Page>
  );
}

function noteOf(source: Source) {
  const { name, capture, started, ended } = source;
  return (
    <>
      <strong>{name}</strong>: {originOf(source)}
      {capture !== undefined && (
        <>
          {" ("}
          <Anchor
            size="sm"
            underline="always"
            renderRoot={(props) => (
              <Link to={`/captures/${encodeURIComponent(capture)}` as string} {...props} />
            )}
          >
            look at it
          </Anchor>
          )
        </>
      )}
      . Began {moment(started)} UTC{ended === undefined ? "" : `, ended ${moment(ended)} UTC`}.
    </>
  );
}

/** Follows a source and keeps its newest verdicts, newest first. */
function useStream(name: string): { view: FeedView; verdicts: readonly VerdictRow[] } {
  const [verdicts, setVerdicts] = useState<readonly VerdictRow[]>([]);
  const newest = useRef<readonly VerdictRow[]>([]);
  const view = useSourceFeed(name, (came) => {
    newest.current = [...came.slice(-STREAM_MAX).reverse(), ...newest.current].slice(0, STREAM_MAX);
    setVerdicts(newest.current);
  });
  return { view, verdicts };
}

/** Classes of the model in charge that are no attack; undefined while that is not known. */
function useBenign(source: Source | undefined): readonly string[] | undefined {
  const { data: models } = useModels();
  const same = models?.served.find(({ digest }) => digest === source?.digest);
  return same?.benignClasses;
}

function Actions({ name, onChoose }: { name: string; onChoose: FollowedProps["onChoose"] }) {
  const mayWrite = useMay("write");
  const queries = useQueryClient();
  const [isOpen, form] = useDisclosure(false);
  const stop = useMutation({
    mutationFn: () => api.DELETE("/sources/{name}", { params: { path: { name } } }),
    onSuccess: async () => {
      told(`${name} was stopped.`);
      await queries.invalidateQueries({ queryKey: ["sources"] });
      onChoose(undefined);
    },
    onError: failed,
  });
  if (!mayWrite) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={form.open}
      >
        Start another
      </Button>
      <ConfirmButton
        question={`Stop ${name}?`}
        action="Stop"
        loading={stop.isPending}
        onConfirm={() => stop.mutate()}
      >
        Its counters, its history and its alerts are forgotten.
      </ConfirmButton>
      <Modal
        opened={isOpen}
        onClose={form.close}
        title="Start a live source"
        // Locking the page's scrolling would write a style of its own, which the content security policy refuses.
        lockScroll={false}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <SourceForm
          onStarted={(started) => {
            form.close();
            onChoose(started);
          }}
        />
      </Modal>
    </>
  );
}
