import { type JSX, useState } from "react";
import styled from "styled-components";
import { Button, IconCopy } from "suomifi-ui-components";
import { useWords } from "../../words/i18n";
import { success, tabular, unseen } from "../theme";

const Row = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 12px;
  strong {
    ${tabular}
    font-size: 18px;
    font-weight: 600;
    letter-spacing: 0.03em;
    overflow-wrap: anywhere;
  }
  && button {
    min-height: 40px;
    padding: 4px 12px;
  }
`;

/** Its place is kept, so that nothing moves when it is said. */
const Said = styled.p`
  flex-basis: 100%;
  min-height: 1.4em;
  color: ${success};
  font-weight: 600;
  &:empty {
    ${unseen}
    min-height: 0;
  }
`;

/** A reference that is copied by one press, and says so. Where the browser forbids it, the reference is told to be typed. */
export function CopyReference({ reference }: { readonly reference: string }): JSX.Element {
  const { t } = useWords();
  const [told, setTold] = useState<"copied" | "not_copied" | null>(null);
  const copy = (): void => {
    navigator.clipboard.writeText(reference).then(
      () => setTold("copied"),
      () => setTold("not_copied"),
    );
  };
  return (
    <Row>
      <strong data-reference={reference} translate="no">
        {reference}
      </strong>
      <Button icon={<IconCopy />} onClick={copy} variant="secondary">
        {t("desk.contact.copy")}
      </Button>
      <Said role="status">{told === null ? "" : t(`desk.contact.${told}`, { reference })}</Said>
    </Row>
  );
}
