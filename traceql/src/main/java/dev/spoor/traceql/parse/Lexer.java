package dev.spoor.traceql.parse;

import dev.spoor.traceql.FieldText;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.parse.Token.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cuts the text of a query into tokens, one at a time.
final class Lexer {

  private static final int END = -1;

  private static final Set<String> SYMBOLS =
      Set.of(
          "{", "}", "(", ")", ",", "=", "!=", "=~", "!~", ">", ">=", "<", "<=", "+", "-", "*", "/",
          "%", "^", "&&", "||", "!", "|", ">>", "<<", "~", "!>", "!>>", "!<", "!<<", "&>", "&>>",
          "&<", "&<<", "&~");

  static final Set<String> KEYWORDS =
      Set.of(
          "true",
          "false",
          "nil",
          "ok",
          "error",
          "unset",
          "unspecified",
          "internal",
          "server",
          "client",
          "producer",
          "consumer",
          "duration",
          "childCount",
          "name",
          "status",
          "statusMessage",
          "kind",
          "rootName",
          "rootServiceName",
          "rootService",
          "traceDuration",
          "nestedSetLeft",
          "nestedSetRight",
          "nestedSetParent",
          "id",
          "traceID",
          "spanID",
          "parentID",
          "timeSinceStart",
          "version",
          "parent",
          "count",
          "avg",
          "max",
          "min",
          "sum",
          "by",
          "coalesce",
          "select",
          "rate",
          "count_over_time",
          "min_over_time",
          "max_over_time",
          "avg_over_time",
          "sum_over_time",
          "quantile_over_time",
          "histogram_over_time",
          "compare",
          "topk",
          "bottomk",
          "with");

  private static final Set<String> DOT_SCOPES =
      Set.of("span", "resource", "event", "link", "instrumentation", "parent");

  private static final Set<String> COLON_SCOPES =
      Set.of("trace", "span", "event", "link", "instrumentation");

  private static final String DURATION_LETTERS = "nsumhµdwy";

  private final String text;
  private int position;
  private int line = 1;
  private int column = 1;

  /// Whether an attribute name comes next.
  private boolean afterDot;

  private int tokenLine;
  private int tokenColumn;
  private int tokenOffset;

  Lexer(String text) {
    this.text = text;
  }

  /// The next token; again and again [Kind#END] at the end.
  ///
  /// @throws TraceQlException when the text is no token
  Token next() {
    if (afterDot) {
      afterDot = false;
      return attributeName();
    }
    skipBlanksAndComments();
    tokenLine = line;
    tokenColumn = column;
    tokenOffset = position;
    int c = peek();
    if (c == END) {
      return token(Kind.END, "");
    }
    if (c == '"') {
      return string();
    }
    if (c == '`') {
      return rawString();
    }
    if (c == '\'') {
      return character();
    }
    if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      return number();
    }
    if (c == '.') {
      read();
      afterDot = true;
      return assembled(Kind.PREFIX, ".");
    }
    if (isWordStart(c)) {
      return word();
    }
    return symbol();
  }

  private void skipBlanksAndComments() {
    while (true) {
      int c = peek();
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        read();
      } else if (c == '/' && peek(1) == '/') {
        while (peek() != END && peek() != '\n') {
          read();
        }
      } else if (c == '/' && peek(1) == '*') {
        blockComment();
      } else {
        return;
      }
    }
  }

  private void blockComment() {
    tokenLine = line;
    tokenColumn = column;
    read();
    read();
    while (!(peek() == '*' && peek(1) == '/')) {
      if (read() == END) {
        throw error("comment not terminated");
      }
    }
    read();
    read();
  }

  private Token string() {
    read();
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    while (true) {
      int c = read();
      switch (c) {
        case '"' -> {
          return literal(Kind.STRING, new Value.Str(value.toString(StandardCharsets.UTF_8)));
        }
        case END, '\n' -> throw error("literal not terminated");
        case '\\' -> escape(value);
        default -> append(value, c);
      }
    }
  }

  /// An octal or `\x` escape is a byte, which may be part of a character.
  private void escape(ByteArrayOutputStream value) {
    int c = read();
    switch (c) {
      case 'a' -> value.write('\u0007');
      case 'b' -> value.write('\b');
      case 'f' -> value.write('\f');
      case 'n' -> value.write('\n');
      case 'r' -> value.write('\r');
      case 't' -> value.write('\t');
      case 'v' -> value.write('\u000b');
      case '\\', '"' -> value.write(c);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> value.write(octal(c));
      case 'x' -> value.write((int) hex(2));
      case 'u' -> append(value, codePoint(hex(4)));
      case 'U' -> append(value, codePoint(hex(8)));
      case END -> throw error("literal not terminated");
      default -> throw error("invalid char escape");
    }
  }

  private static void append(ByteArrayOutputStream value, int codePoint) {
    value.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
  }

  private int octal(int first) {
    int value = first - '0';
    for (int i = 0; i < 2; i++) {
      int c = read();
      if (c < '0' || c > '7') {
        throw error("invalid char escape");
      }
      value = value * 8 + (c - '0');
    }
    if (value > 0xff) {
      throw error("invalid char escape");
    }
    return value;
  }

  private long hex(int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = hexDigit(read());
      if (digit < 0) {
        throw error("invalid char escape");
      }
      value = value * 16 + digit;
    }
    return value;
  }

  /// -1 for what is none; digits of other scripts are none.
  private static int hexDigit(int c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private int codePoint(long value) {
    if (value > Character.MAX_CODE_POINT || (value >= 0xd800 && value <= 0xdfff)) {
      throw error("invalid char escape");
    }
    return (int) value;
  }

  private Token rawString() {
    read();
    StringBuilder value = new StringBuilder();
    while (true) {
      int c = read();
      switch (c) {
        case '`' -> {
          return literal(Kind.STRING, new Value.Str(value.toString()));
        }
        case END -> throw error("literal not terminated");
        case '\r' -> {}
        default -> value.appendCodePoint(c);
      }
    }
  }

  /// Never a value: one character in single quotes is as good as an unknown word.
  private Token character() {
    read();
    int length = 0;
    while (true) {
      int c = read();
      if (c == END || c == '\n') {
        throw error("literal not terminated");
      }
      if (c == '\'') {
        break;
      }
      if (c == '\\') {
        read();
      }
      length++;
    }
    if (length != 1) {
      throw error("invalid char literal");
    }
    return token(Kind.IDENTIFIER, text.substring(tokenOffset, position));
  }

  private Token number() {
    boolean isFloat = scanNumber();
    String number = text.substring(tokenOffset, position);
    Token duration = duration(number);
    if (duration != null) {
      return duration;
    }
    return isFloat ? floating(number) : integer(number);
  }

  /// Moves behind the longest number; whether it has a point or an exponent.
  private boolean scanNumber() {
    int base = 10;
    boolean leadingZero = false;
    if (peek() == '0') {
      base =
          switch (peek(1)) {
            case 'x', 'X' -> 16;
            case 'b', 'B' -> 2;
            case 'o', 'O' -> 8;
            default -> 10;
          };
      if (base == 10) {
        leadingZero = true;
      } else {
        read();
        read();
      }
    }
    int digitsFrom = position;
    skipDigits(base);
    String whole = text.substring(digitsFrom, position);
    boolean isFloat = false;
    if (peek() == '.' && (base == 10 || base == 16)) {
      isFloat = true;
      read();
      skipDigits(base);
    }
    int exponent = peek();
    boolean hasExponent =
        base == 16 ? exponent == 'p' || exponent == 'P' : exponent == 'e' || exponent == 'E';
    if (hasExponent && (base == 10 || base == 16)) {
      isFloat = true;
      read();
      if (peek() == '+' || peek() == '-') {
        read();
      }
      if (!isDigit(peek())) {
        throw error("exponent has no digits");
      }
      skipDigits(10);
    } else if (isFloat && base == 16) {
      throw error("hexadecimal mantissa requires a 'p' exponent");
    }
    if (!isFloat && leadingZero) {
      whole
          .chars()
          .filter(c -> c == '8' || c == '9')
          .findFirst()
          .ifPresent(digit -> {
            throw error("invalid digit '%c' in octal literal".formatted(digit));
          });
    }
    return isFloat;
  }

  private void skipDigits(int base) {
    while (peek() == '_' || (base == 16 ? hexDigit(peek()) >= 0 : isDigit(peek()))) {
      read();
    }
  }

  private @Nullable Token duration(String number) {
    int end = position;
    while (end < text.length() && isDurationCharacter(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    if (end == position) {
      return null;
    }
    OptionalLong nanos = DurationText.parse(number + text.substring(position, end));
    if (nanos.isEmpty()) {
      return null;
    }
    while (position < end) {
      read();
    }
    return new Token(
        Kind.DURATION,
        text.substring(tokenOffset, end),
        new Value.Duration(nanos.getAsLong()),
        0,
        tokenColumn,
        tokenOffset);
  }

  private static boolean isDurationCharacter(int c) {
    return c == '.'
        || DURATION_LETTERS.indexOf(c) >= 0
        || switch (Character.getType(c)) {
          case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
              true;
          default -> false;
        };
  }

  private Token integer(String number) {
    for (int i = 0; i < number.length(); i++) {
      if (!isDigit(number.charAt(i))) {
        throw error("strconv.Atoi: parsing \"" + number + "\": invalid syntax");
      }
    }
    try {
      return literal(Kind.INTEGER, new Value.Int(Long.parseLong(number)));
    } catch (NumberFormatException tooLarge) {
      throw error("strconv.Atoi: parsing \"" + number + "\": value out of range");
    }
  }

  private Token floating(String number) {
    double value;
    try {
      value = Double.parseDouble(number);
    } catch (NumberFormatException notDecimal) {
      throw error("strconv.ParseFloat: parsing \"" + number + "\": invalid syntax");
    }
    if (Double.isInfinite(value)) {
      throw error("strconv.ParseFloat: parsing \"" + number + "\": value out of range");
    }
    return literal(Kind.FLOAT, new Value.Float(value));
  }

  private Token word() {
    while (isWordPart(peek())) {
      read();
    }
    String word = text.substring(tokenOffset, position);
    if (peek() == '.' && DOT_SCOPES.contains(word)) {
      read();
      afterDot = true;
      return assembled(Kind.PREFIX, word + ".");
    }
    if (peek() == ':' && COLON_SCOPES.contains(word)) {
      read();
      return assembled(Kind.PREFIX, word + ":");
    }
    return token(KEYWORDS.contains(word) ? Kind.KEYWORD : Kind.IDENTIFIER, word);
  }

  private Token symbol() {
    int first = read();
    String symbol = Character.toString(first);
    boolean extended = false;
    while (peek() != END && SYMBOLS.contains(symbol + Character.toString(peek()))) {
      symbol += Character.toString(read());
      extended = true;
    }
    if (!SYMBOLS.contains(symbol)) {
      return token(Kind.IDENTIFIER, symbol);
    }
    return extended ? assembled(Kind.SYMBOL, symbol) : token(Kind.SYMBOL, symbol);
  }

  private Token attributeName() {
    StringBuilder name = new StringBuilder();
    boolean any = false;
    while (true) {
      int c = peek();
      if (c == '"') {
        read();
        quotedPart(name);
      } else if (c != END && FieldText.isNameCharacter(c)) {
        name.appendCodePoint(read());
      } else {
        return any ? assembled(Kind.ATTRIBUTE, name.toString()) : assembled(Kind.END_ATTRIBUTE, "");
      }
      any = true;
    }
  }

  private void quotedPart(StringBuilder name) {
    while (true) {
      int c = read();
      switch (c) {
        case '"' -> {
          return;
        }
        case END -> throw error("unexpected EOF, expecting \"");
        case '\\' -> {
          int escaped = read();
          if (escaped != '"' && escaped != '\\') {
            throw error("invalid escape sequence");
          }
          name.appendCodePoint(escaped);
        }
        default -> name.appendCodePoint(c);
      }
    }
  }

  private int peek() {
    return position < text.length() ? text.codePointAt(position) : END;
  }

  /// Only asked for where the characters before it are within the basic plane.
  private int peek(int ahead) {
    return position + ahead < text.length() ? text.codePointAt(position + ahead) : END;
  }

  private int read() {
    int c = peek();
    if (c == END) {
      return END;
    }
    position += Character.charCount(c);
    if (c == '\n') {
      line++;
      column = 1;
    } else {
      column++;
    }
    return c;
  }

  private Token token(Kind kind, String shown) {
    return new Token(kind, shown, null, tokenLine, tokenColumn, tokenOffset);
  }

  private Token assembled(Kind kind, String shown) {
    return new Token(kind, shown, null, 0, tokenColumn, tokenOffset);
  }

  private Token literal(Kind kind, Value value) {
    String shown = text.substring(tokenOffset, position);
    return new Token(kind, shown, value, tokenLine, tokenColumn, tokenOffset);
  }

  private TraceQlException error(String message) {
    return SyntaxErrors.at(tokenLine, tokenColumn, message);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordStart(int c) {
    return c == '_' || Character.isLetter(c);
  }

  private static boolean isWordPart(int c) {
    return isWordStart(c) || (c != END && Character.isDigit(c));
  }
}
