// The page "captures": send them in, and see what was found.

import { useCaptures, useMay } from "../../api/queries.ts";
import { Page, Panel } from "../../parts/page.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import { type CaptureFile, useScoreJobs } from "./capture-queries.ts";
import { CaptureTable } from "./capture-table.tsx";
import { UploadPanel } from "./uploads.tsx";

export function Captures() {
  const mayWrite = useMay("write");
  const captures = useCaptures();
  const jobs = useScoreJobs();
  return (
    <Page
      title="Captures"
      note="Recorded traffic: every flow of it is judged, down to the packets that a verdict rests on."
    >
      {mayWrite && <UploadPanel />}
      <Panel title="On the server">
        <Asked query={captures} what="captures">
          {(found) =>
            found.length === 0 ? (
              <Empty title="No captures yet">
                {mayWrite
                  ? "Drop a pcap or pcapng file above: what it holds, and the verdict on each of its flows, will stand here."
                  : "Somebody with the role analyst can send captures; what they hold will stand here."}
              </Empty>
            ) : (
              <CaptureTable captures={found as CaptureFile[]} jobs={jobs.data ?? []} />
            )
          }
        </Asked>
      </Panel>
    </Page>
  );
}
