/** What is wrong and belongs to no field of a form; nothing when there is nothing. */
export function OtherIssues({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <div role="alert">
      <ul className="list-disc break-words pl-5 font-medium text-sm">
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}
