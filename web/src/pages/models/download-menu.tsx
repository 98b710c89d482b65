// A model to take away: its file, or the same as ONNX.

import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { download } from "../../api/download.ts";
import { failed } from "../../parts/notify.tsx";

const FORMS = [
  { path: "onnx", ending: "onnx", text: "ONNX, one matrix of doubles" },
  { path: "onnx?numbers=float", ending: "onnx", text: "ONNX, one matrix of floats" },
  { path: "onnx?inputs=columns", ending: "onnx", text: "ONNX, one input a column" },
  { path: "file", ending: "orb", text: "Model file (.orb)" },
];

export function DownloadMenu({ reference }: { reference: string }) {
  const [isBusy, setBusy] = useState(false);
  const take = (path: string, ending: string): void => {
    setBusy(true);
    void download(
      `/models/${encodeURIComponent(reference)}/${path}`,
      `${reference.replace(":", "-")}.${ending}`,
    )
      .catch(failed)
      .finally(() => setBusy(false));
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconDownload size={16} />} loading={isBusy}>
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMS.map(({ path, ending, text }) => (
          <Menu.Item key={path} onClick={() => take(path, ending)}>
            {text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
