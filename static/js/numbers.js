// Numbers as officials write them, as whole numbers of 10⁻⁴ (BigInt): exact, never a float.

export const parse = (typed) => {
  const plain = typed.replace(/[\s\u00a0\u202f]/g, "");
  const grouped = /^-?\d{1,3}(\.\d{3})+(,\d{1,4})?$/.test(plain) ? plain.replaceAll(".", "") : plain;
  const match = /^(-?)(\d+)(?:[.,](\d{1,4}))?$/.exec(grouped);
  // `1,234` has two readings; the server says so.
  if (!match || /,\d{3}$/.test(grouped)) return null;
  const size = BigInt(match[2]) * 10000n + BigInt((match[3] ?? "").padEnd(4, "0"));
  return match[1] ? -size : size;
};

// numerator ÷ denominator × factor with so many decimals, half away from zero.
export const quotient = (numerator, denominator, factor, decimals) => {
  const scale = 10n ** BigInt(decimals);
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = (size * factor * scale * 2n + denominator) / (denominator * 2n);
  const whole = String(rounded / scale).replace(/\B(?=(\d{3})+$)/g, ".");
  const rest = decimals ? `,${String(rounded % scale).padStart(decimals, "0")}` : "";
  return `${numerator < 0n ? "−" : ""}${whole}${rest}`;
};

// As the calculator of the API reads it: 1234567n is "123.4567".
export const plain = (scaled) => {
  const size = scaled < 0n ? -scaled : scaled;
  return `${scaled < 0n ? "-" : ""}${size / 10000n}.${String(size % 10000n).padStart(4, "0")}`;
};
