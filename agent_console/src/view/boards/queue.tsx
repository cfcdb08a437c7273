import type { JSX } from "react";
import styled from "styled-components";
import { shortDurationOf } from "../../model/time";
import type { Wait } from "../../model/waiting";
import { useWords } from "../../words/i18n";
import { Clock } from "../parts/clock";
import { say } from "../parts/say";
import { languageName, nameOf } from "../parts/words_of";
import { ground, line, quiet, tabular } from "../theme";

const Heading = styled.h3`
  padding: 8px 0 4px;
  font-size: 16px;
  font-weight: 600;
`;

/** On a narrow screen each row becomes a block, its place beside it. */
const Table = styled.table`
  width: 100%;
  table-layout: fixed;
  border-collapse: collapse;
  line-height: 1.3;
  th {
    padding: 4px 12px 4px 0;
    color: ${quiet};
    font-size: 14px;
    font-weight: 400;
    text-align: left;
  }
  td {
    ${tabular}
    padding: 8px 12px 8px 0;
    border-top: 1px solid ${line};
    vertical-align: top;
  }
  td:first-child {
    color: ${quiet};
  }
  strong {
    font-weight: 600;
    hyphens: auto;
  }
  th:nth-child(1) {
    width: 44px;
  }
  th:nth-child(2) {
    width: 28%;
  }
  th:nth-child(4) {
    width: 17%;
  }
  th:nth-child(5) {
    width: 92px;
  }
  th:nth-child(6) {
    width: 24%;
  }
  @media (max-width: 759px) {
    thead {
      display: none;
    }
    tr {
      display: grid;
      grid-template-columns: 28px minmax(0, 1fr) auto;
      padding: 8px 0;
      border-top: 1px solid ${line};
    }
    td {
      grid-column: 2 / -1;
      padding: 0;
      border: 0;
    }
    td:nth-child(1) {
      grid-column: 1;
      grid-row: 1;
    }
    td:nth-child(2) {
      grid-column: 2;
      grid-row: 1;
    }
    td:nth-child(5) {
      grid-column: 3;
      grid-row: 1;
    }
    td:nth-child(6)::before {
      content: attr(data-label) ": ";
    }
    td:nth-child(3),
    td:nth-child(4) {
      color: ${quiet};
      font-size: 15px;
    }
  }
`;

const Marks = styled.span`
  display: flex;
  flex-wrap: wrap;
  gap: 4px 8px;
  margin-top: 4px;
  font-size: 14px;
  > span {
    padding: 1px 8px;
    border-radius: 10px;
    background: ${ground};
  }
`;

const Quiet = styled.p`
  color: ${quiet};
  font-size: 15px;
`;

/** What is out of the ordinary with this one: a head start, a rest, a line that is lost, an expert being rung. */
function MarksOf({ wait: { view } }: { readonly wait: Wait }): JSX.Element | null {
  const { t, language } = useWords();
  const state = view.state === "held" || view.state === "offered" ? view.state : null;
  if (state === null && view.head_start_s === 0 && !view.resting) {
    return null;
  }
  return (
    <Marks>
      {state !== null && <span>{t(`rings.${state}`)}</span>}
      {view.head_start_s > 0 && (
        <span data-mark="head_start">
          {t("board.head_start", { head: shortDurationOf(view.head_start_s * 1000, language) })}
        </span>
      )}
      {view.resting && <span data-mark="resting">{t("board.resting")}</span>}
    </Marks>
  );
}

function Row({ wait, now }: { readonly wait: Wait; readonly now: number }): JSX.Element {
  const { t, language } = useWords();
  const { view, place, estimate } = wait;
  return (
    <tr data-contact={view.contact}>
      <td>{place}</td>
      <td>
        <strong>{nameOf(view.service, language)}</strong>
        <MarksOf wait={wait} />
      </td>
      <td>{nameOf(view.point, language)}</td>
      <td>{languageName(view.language, t, language)}</td>
      <td>
        <Clock now={now} since={Date.parse(view.requested_at)} />
      </td>
      <td data-estimate={estimate.key} data-label={t("board.estimate")}>
        {say(estimate, t, language)}
      </td>
    </tr>
  );
}

interface QueueProps {
  readonly waiting: readonly Wait[];
  readonly now: number;
  /** The ring's name, for those who hear the list alone. */
  readonly of: string;
}

/** Who waits, in the order in which they are to be served. */
export function Queue({ waiting, now, of }: QueueProps): JSX.Element {
  const { t } = useWords();
  const label = `${t("board.queue")}: ${of}`;
  return (
    <section aria-label={label}>
      <Heading>{t("board.queue")}</Heading>
      {waiting.length === 0 ? (
        <Quiet>{t("rings.nobody")}</Quiet>
      ) : (
        <>
          <Table aria-label={label}>
            <thead>
              <tr>
                {(["place", "service", "where", "language", "waited", "estimate"] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`board.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {waiting.map((wait) => (
                <Row key={wait.view.contact} now={now} wait={wait} />
              ))}
            </tbody>
          </Table>
          <Quiet style={{ marginTop: 8 }}>{t("board.estimate_rule")}</Quiet>
        </>
      )}
    </section>
  );
}
