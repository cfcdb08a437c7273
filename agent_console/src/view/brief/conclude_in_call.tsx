import type { CallView } from "@palvelurinki/call_kit";
import { type JSX, useId, useState } from "react";
import type { ConsoleActions } from "../../model/actions";
import type { ConsoleModel } from "../../model/model";
import { useWords } from "../../words/i18n";
import { Disclosure } from "../parts/disclosure";
import { Conclude } from "../stage/conclude";

interface ConcludeInCallProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
  readonly call: CallView;
}

/** The outcome can be written down while the customer is there still, and they are shown it. */
export function ConcludeInCall({ model, actions, call }: ConcludeInCallProps): JSX.Element {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const area = useId();
  return (
    <div>
      <Disclosure
        area={area}
        label={t("conclude.in_call")}
        name="conclude"
        of={t("conclude.heading")}
        onToggle={() => setOpen(!open)}
        open={open}
      />
      <div id={area}>
        {open && (
          <Conclude
            actions={actions}
            call={call}
            keys={t("conclude.keys_call")}
            model={model}
            onEnter={actions.concluding.save}
            taking={true}
          />
        )}
      </div>
    </div>
  );
}
