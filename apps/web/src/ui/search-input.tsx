import { Input } from "./input.tsx";

interface SearchInputProps {
  label: string;
  value: string;
  onText(text: string): void;
  className?: string;
}

/** Narrows a list down by what is typed. */
export const SearchInput = ({ label, value, onText, className }: SearchInputProps) => (
  <Input
    type="search"
    aria-label={label}
    placeholder={label}
    value={value}
    onChange={(event) => onText(event.target.value)}
    className={className}
  />
);
