"use client";
import type { GatewayChoice, UsedGateway } from "@agentpod/core/api/gateway-view";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Choice } from "../../ui/choice.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { firstGateway, type GatewayKind, gatewayFields, gatewayKinds, gatewayOf } from "./gateway-fields.ts";

/** The choice of the gateway that clients come to; the one in use serves until the other does. */
export function GatewayForm({ inUse, onUsed }: { inUse: GatewayChoice; onUsed(used: UsedGateway): void }) {
  const t = useTranslations("settings");
  const client = useQueryClient();
  const mayNot = useMay();
  const errors = useFieldErrors();
  const [kind, setKind] = useState<GatewayKind>(inUse.kind);
  const [values, setValues] = useState(() => firstGateway(inUse.kind, inUse));
  const [isAsking, setAsking] = useState(false);
  const choose = (next: GatewayKind): void => {
    setKind(next);
    setValues(firstGateway(next, inUse));
    errors.clear();
  };
  const use = useAct({
    run: () => api.gateway.use(gatewayOf(kind, values)),
    done: (used) => t(used.inUse.kind === kind ? "gatewayUsed" : "gatewayPrepared", { name: t(`gateways.${kind}.name`) }),
    onDone(used) {
      setAsking(false);
      onUsed(used);
      void client.invalidateQueries({ queryKey: ["gateway"] });
    },
    onError(error) {
      setAsking(false);
      return errors.take(error);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    setAsking(true);
  };
  const isSame = kind === inUse.kind && JSON.stringify(values) === JSON.stringify(firstGateway(kind, inUse));
  return (
    <Card title={t("otherGateway")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        <fieldset className="flex flex-col gap-3">
          <legend className="sr-only">{t("otherGateway")}</legend>
          {gatewayKinds.map((one) => (
            <Choice
              key={one}
              group="gateway"
              label={t(`gateways.${one}.name`)}
              hint={t(`gateways.${one}.hint`)}
              checked={kind === one}
              onChange={() => choose(one)}
            />
          ))}
        </fieldset>
        {gatewayFields[kind].length > 0 && (
          <div className="grid gap-4 sm:grid-cols-2">
            {gatewayFields[kind].map(({ name }) => (
              <Field
                key={name}
                label={t(`gatewayFields.${name}.name` as "gatewayFields.admin.name")}
                hint={t(`gatewayFields.${name}.hint` as "gatewayFields.admin.hint")}
                error={errors.at(name)}
              >
                {(ids) => (
                  <Input
                    {...ids}
                    value={values[name] ?? ""}
                    onChange={(event) => setValues({ ...values, [name]: event.target.value })}
                    autoComplete="off"
                    spellCheck={false}
                  />
                )}
              </Field>
            ))}
          </div>
        )}
        <div>
          <Button type="submit" look="solid" why={mayNot("platform.gateway")} disabled={isSame}>
            {t("useGateway")}
          </Button>
        </div>
      </form>
      <ConfirmByName
        open={isAsking}
        onOpenChange={setAsking}
        title={t("useTitle", { name: t(`gateways.${kind}.name`) })}
        warning={t("useText")}
        name={kind}
        action={t("useGateway")}
        isBusy={use.isPending}
        onConfirm={() => use.mutate()}
      />
    </Card>
  );
}
