import styled from "styled-components";
import { focus, highlight, highlightPale, line, quiet } from "../theme";

/** A radio button or a check box with its words, and its key at the end. */
export const Choice = styled.label`
  display: flex;
  align-items: center;
  gap: 10px;
  min-height: 40px;
  padding: 4px 10px;
  border: 1px solid ${line};
  border-radius: 2px;
  line-height: 1.25;
  cursor: pointer;
  input {
    flex: none;
    width: 20px;
    height: 20px;
    margin: 0;
    accent-color: ${highlight};
    outline: 0;
  }
  &:hover,
  &:has(input:checked) {
    border-color: ${highlight};
    background: ${highlightPale};
  }
  &:has(input:focus-visible) {
    outline: 3px solid ${focus};
    outline-offset: 1px;
  }
  span {
    margin-left: auto;
    color: ${quiet};
    font-size: 15px;
  }
`;
