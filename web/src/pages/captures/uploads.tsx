// Captures on their way to the server: sent, looked at, judged, each with how far it is and in the server's words when it fails.

import { Anchor, Button, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useCallback, useRef, useState } from "react";
import { client, type StoredFile } from "../../api/client.ts";
import { modelsQuery } from "../../api/queries.ts";
import { uploadFile } from "../../api/upload.ts";
import { DropZone } from "../../parts/drop-zone.tsx";
import { bytes, count, percent } from "../../parts/format.ts";
import { JobProgress } from "../../parts/job-progress.tsx";
import { Panel } from "../../parts/page.tsx";
import { Failure, Loading } from "../../parts/states.tsx";
import { summaryOf, useCapture } from "./capture-queries.ts";
import { firstOf, jobModels, ModelSelect } from "./model-select.tsx";

interface Upload {
  key: number;
  file: File;
  /** What judges it, if somebody chose; else the model in charge. */
  chosen: string | undefined;
  sent: number;
  stored?: StoredFile;
  job?: string;
  /** No model takes flows: nothing judges it. */
  isWithoutModel?: boolean;
  failure?: unknown;
  stop: AbortController;
}

/** Cards that are kept on the page. */
const SHOWN_MAX = 20;

export function UploadPanel() {
  const [chosen, setChosen] = useState<string>();
  const { uploads, send, forget } = useUploads();
  return (
    <Panel>
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <ModelSelect value={chosen} onValue={setChosen} />
          <Text size="sm" c="dimmed">
            Flows are judged by this model as soon as a capture is there.
          </Text>
        </Group>
        <DropZone
          what="a capture"
          note="pcap or pcapng, plain or gzip"
          accept=".pcap,.pcapng,.cap,.gz,.dmp"
          isMultiple
          onFiles={(files) => send(files, chosen)}
        />
        {uploads.map((upload) => (
          <UploadCard key={upload.key} upload={upload} onForget={() => forget(upload.key)} />
        ))}
      </Stack>
    </Panel>
  );
}

function useUploads() {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const next = useRef(0);
  const queries = useQueryClient();
  const change = useCallback((key: number, changed: Partial<Upload>): void => {
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...changed } : one)));
  }, []);
  const work = async (upload: Upload): Promise<void> => {
    const { key, file, chosen, stop } = upload;
    try {
      const stored = await uploadFile("captures", file, {
        onProgress: ({ sent }) => change(key, { sent }),
        signal: stop.signal,
      });
      change(key, { stored });
      await queries.invalidateQueries({ queryKey: ["captures"] });
      // A file may be here before the page knows of any model.
      const model = chosen ?? firstOf(jobModels(await queries.ensureQueryData(modelsQuery)));
      if (model === undefined) {
        change(key, { isWithoutModel: true });
        return;
      }
      const job = await client.createJob({
        kind: "score",
        request: { input: { capture: stored.id }, model, reasons: 0, keep: [] },
      });
      change(key, { job: job.id });
      await queries.invalidateQueries({ queryKey: ["jobs"] });
    } catch (failure) {
      change(key, { failure });
    }
  };
  const send = (files: readonly File[], chosen: string | undefined): void => {
    const added = files.map((file) => ({
      key: next.current++,
      file,
      chosen,
      sent: 0,
      stop: new AbortController(),
    }));
    setUploads((all) => [...added, ...all].slice(0, SHOWN_MAX));
    // One behind the other: they share one line.
    void (async () => {
      for (const upload of added) await work(upload);
    })();
  };
  const forget = (key: number): void => {
    setUploads((all) => {
      all.find((one) => one.key === key)?.stop.abort();
      return all.filter((one) => one.key !== key);
    });
  };
  return { uploads, send, forget };
}

function UploadCard({ upload, onForget }: { upload: Upload; onForget: () => void }) {
  const { file, stored, failure, job } = upload;
  const isSending = stored === undefined && failure === undefined;
  return (
    <Paper withBorder p="sm" role="group" aria-label={`Upload of ${file.name}`}>
      <Group justify="space-between" mb={6} gap="sm">
        <Text size="sm" fw={600} className="foreign">
          {file.name}{" "}
          <Text span size="sm" c="dimmed">
            {bytes(file.size)}
          </Text>
        </Text>
        <Button size="compact-sm" variant="default" onClick={onForget}>
          {isSending ? "Stop" : "Hide"}
        </Button>
      </Group>
      {failure !== undefined && <Failure failure={failure} />}
      {isSending && <Sending upload={upload} />}
      {stored !== undefined && <Looking id={stored.id} />}
      {upload.isWithoutModel && (
        <Text size="sm">It is kept, but not judged: no model of this server takes flows of captures.</Text>
      )}
      {job !== undefined && stored !== undefined && <Judging capture={stored.id} job={job} />}
    </Paper>
  );
}

function Sending({ upload: { file, sent } }: { upload: Upload }) {
  const share = file.size === 0 ? 1 : sent / file.size;
  return (
    <Stack gap={4} role="status">
      <Text size="sm">
        {sent === 0 ? "Waiting to be sent" : "Sending"} · {bytes(sent)} of {bytes(file.size)} ·{" "}
        {percent(share, 0)}
      </Text>
      <Progress value={share * 100} aria-label={`Sent: ${percent(share, 0)}`} />
    </Stack>
  );
}

function Looking({ id }: { id: string }) {
  const query = useCapture(id);
  if (query.isError) return <Failure failure={query.error} retry={() => void query.refetch()} />;
  const facts = query.data?.facts;
  if (facts === undefined) return <Loading what="what it holds" />;
  return (
    <Text size="sm">
      {count(facts.capture.frames)} frames, {bytes(facts.capture.wireBytes)} on the wire,{" "}
      {facts.linkTypes.join(", ")}
    </Text>
  );
}

function Judging({ capture, job: id }: { capture: string; job: string }) {
  return (
    <JobProgress id={id}>
      {(job) => {
        const { rows = 0, attacks = 0 } = summaryOf(job) ?? {};
        return (
          <Text size="sm">
            {count(rows)} flows judged, {count(attacks)} of them attacks.{" "}
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link to={`/captures/${capture}` as string} search={{ job: id } as never} {...props} />
              )}
            >
              Look at the verdicts
            </Anchor>
          </Text>
        );
      }}
    </JobProgress>
  );
}
