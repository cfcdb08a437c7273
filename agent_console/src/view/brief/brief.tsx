/** The situation as the expert sees it: the note, who is beside the customer, the point's terminals, the reference. */

import type { BriefView, MatterView, SisterTerminalView } from "@palvelurinki/call_kit";
import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import type { ConsoleModel } from "../../model/model";
import { timeOf } from "../../model/time";
import { useWords } from "../../words/i18n";
import { CopyReference } from "../parts/copy_button";
import { FailureNote } from "../parts/failure_note";
import { languageName, nameOf } from "../parts/words_of";
import { line, quiet, success, warning, warningPale } from "../theme";
import { NoteView } from "./note_view";

const Box = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 8px;
`;

const Small = styled.h3`
  font-size: 16px;
  font-weight: 600;
  line-height: 1.3;
`;

const Quiet = styled.p`
  color: ${quiet};
  font-size: 15px;
  line-height: 1.35;
`;

const Called = styled.p`
  padding: 8px 12px;
  border-left: 4px solid ${warning};
  background: ${warningPale};
  line-height: 1.35;
`;

const There = styled.p<{ $there: boolean }>`
  color: ${({ $there }) => ($there ? success : quiet)};
  font-weight: ${({ $there }) => ($there ? 600 : 400)};
`;

const Terminals = styled.ul`
  li {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 12px;
    padding: 6px 0;
    border-bottom: 1px solid ${line};
    line-height: 1.3;
  }
  li > span:last-child {
    color: ${quiet};
  }
`;

interface BriefProps {
  readonly brief: BriefView;
  readonly matter: MatterView | null;
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

function Part({ heading, children }: { readonly heading: string; readonly children: ReactNode }): JSX.Element {
  return (
    <Box>
      <Small>{heading}</Small>
      {children}
    </Box>
  );
}

/** What the advisor has told, with the ringing and during the call. */
export function BriefNote({ brief }: { readonly brief: BriefView }): JSX.Element {
  const { t, language } = useWords();
  return (
    <Part heading={t("brief.note")}>
      <Quiet data-brief={brief.by_advisor ? "advisor" : "customer"}>
        {t(brief.by_advisor ? "brief.by_advisor" : "brief.by_customer")}
      </Quiet>
      {brief.handoff === null ? <Quiet>{t("brief.no_note")}</Quiet> : <NoteView handoff={brief.handoff} />}
      <p data-identity={brief.identity}>
        {`${t("brief.identity")}: `}
        <strong>{t(`identity.${brief.identity}`)}</strong>
      </p>
      {brief.interpreter !== null && (
        <Called data-interpreter={brief.interpreter}>
          {`${t("brief.interpreter")}: ${languageName(brief.interpreter, t, language)}`}
        </Called>
      )}
    </Part>
  );
}

function Advisor({ brief, model, actions }: Omit<BriefProps, "matter">): JSX.Element {
  const { t, language } = useWords();
  const there = brief.attending_since !== null;
  const { called } = brief;
  const busy = model.state.pending.has("advisor");
  const at = (iso: string): string => t("moment.at", { time: timeOf(iso, language) });
  return (
    <Part heading={t("brief.advisor")}>
      <There $there={there} data-attending={there}>
        {t(there ? "brief.attending" : "brief.not_attending")}
      </There>
      <div role="status">
        {called !== null && (
          <Called data-called={called.by}>
            {t(called.by === "expert" ? "brief.called" : "brief.called_customer", { at: at(called.at) })}
          </Called>
        )}
      </div>
      {!there && (
        <Button
          aria-disabled={busy}
          onClick={() => (busy ? undefined : actions.callAdvisor(called === null))}
          variant="secondary"
        >
          {t(called === null ? "brief.call" : "brief.call_back")}
        </Button>
      )}
      <FailureNote actions={actions} place="advisor" state={model.state} />
    </Part>
  );
}

function placeOf(sister: SisterTerminalView, matter: MatterView | null) {
  if (sister.id === matter?.terminal.id) {
    return "here" as const;
  }
  return sister.free ? ("free" as const) : ("taken" as const);
}

function Sisters({ brief, matter }: Pick<BriefProps, "brief" | "matter">): JSX.Element | null {
  const { t, language } = useWords();
  if (brief.terminals.length < 2) {
    return null;
  }
  return (
    <Part heading={t("brief.terminals")}>
      <Terminals>
        {brief.terminals.map((each) => {
          const state = placeOf(each, matter);
          return (
            <li data-sister={each.id} data-sister-state={state} key={each.id}>
              <span>{nameOf(each, language)}</span>
              <span>{t(`brief.${state}`)}</span>
            </li>
          );
        })}
      </Terminals>
      <Quiet>{t("brief.suggest")}</Quiet>
    </Part>
  );
}

/** During the call: the advisor, and where the customer could go. */
export function BriefInCall(props: BriefProps): JSX.Element {
  return (
    <>
      <Advisor {...props} />
      <Sisters {...props} />
    </>
  );
}

export function BriefReference({ brief }: { readonly brief: BriefView }): JSX.Element {
  const { t } = useWords();
  return (
    <Part heading={t("brief.reference")}>
      <CopyReference key={brief.reference} reference={brief.reference} />
      <Quiet>{t("brief.reference_help")}</Quiet>
    </Part>
  );
}
