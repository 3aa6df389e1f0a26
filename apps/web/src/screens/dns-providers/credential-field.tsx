import type { DnsProviderKindView } from "@agentpod/core/api/dns-provider-view";
import { useSaid } from "../../i18n/said.ts";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";

/** One of the things that a DNS service wants to know. */
export function CredentialField({ field, error }: { field: DnsProviderKindView["fields"][number]; error: string | undefined }) {
  const said = useSaid();
  const { name, title, description, secret, choices } = field;
  return (
    <Field label={said(title)} hint={description === null ? undefined : said(description)} error={error} required={field.default === null}>
      {(ids) =>
        choices === null ? (
          <Input
            {...ids}
            name={`credentials.${name}`}
            type={secret ? "password" : "text"}
            autoComplete={secret ? "new-password" : "off"}
            spellCheck={false}
          />
        ) : (
          <Select {...ids} name={`credentials.${name}`} defaultValue={field.default ?? ""}>
            {choices.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Select>
        )
      }
    </Field>
  );
}
