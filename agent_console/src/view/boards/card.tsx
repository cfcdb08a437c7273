/** A device on a board: its name, its state as a coloured band, and what belongs to it below. */

import styled from "styled-components";
import { ink, panel, quiet } from "../theme";

export const Card = styled.li<{ $edge: string }>`
  ${panel}
  display: flex;
  flex-direction: column;
  border-left: 6px solid ${({ $edge }) => $edge};
  overflow: hidden;
`;

export const CardName = styled.div`
  padding: 12px 16px 10px;
  h3 {
    font-size: 18px;
    font-weight: 600;
    line-height: 1.3;
  }
  p {
    color: ${quiet};
    font-size: 15px;
  }
`;

export const CardState = styled.div<{ $ground: string }>`
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 10px 16px;
  background: ${({ $ground }) => $ground};
  color: ${ink};
  font-size: 18px;
  font-weight: 600;
  line-height: 1.25;
  > span:last-child:not(:nth-child(2)) {
    margin-left: auto;
  }
`;
