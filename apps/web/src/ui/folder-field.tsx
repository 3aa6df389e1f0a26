import type { RefObject } from "react";

interface FolderFieldProps {
  /** For the button that opens it. */
  field: RefObject<HTMLInputElement | null>;
  label: string;
  onFiles(files: File[]): void;
}

/** Asks for a folder when a button presses it; it is not seen itself. */
export function FolderField({ field, label, onFiles }: FolderFieldProps) {
  return (
    <input
      ref={(element) => {
        field.current = element;
        element?.setAttribute("webkitdirectory", "");
      }}
      type="file"
      multiple
      aria-label={label}
      tabIndex={-1}
      className="sr-only"
      onChange={(event) => {
        onFiles([...(event.target.files ?? [])]);
        // Else the same folder could not be chosen again.
        event.target.value = "";
      }}
    />
  );
}
