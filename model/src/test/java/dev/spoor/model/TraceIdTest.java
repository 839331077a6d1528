package dev.spoor.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TraceIdTest {

  private static final TraceId ID = new TraceId(0x00c0ffee12345678L, 0xa1b2c3d4e5f60718L);

  @Test
  void isFoundByItsStrippedAndItsPaddedAndItsUpperCaseForm() {
    assertThat(TraceId.parse("c0ffee12345678a1b2c3d4e5f60718")).isEqualTo(ID);
    assertThat(TraceId.parse("00c0ffee12345678a1b2c3d4e5f60718")).isEqualTo(ID);
    assertThat(TraceId.parse("0c0ffee12345678a1b2c3d4e5f60718")).isEqualTo(ID);
    assertThat(TraceId.parse("C0FFEE12345678A1B2C3D4E5F60718")).isEqualTo(ID);
  }

  @Test
  void printsShortWithoutLeadingZeros() {
    assertThat(ID.toShortHex()).isEqualTo("c0ffee12345678a1b2c3d4e5f60718");
    assertThat(new TraceId(0, 0xbeef).toShortHex()).isEqualTo("beef");
    assertThat(new TraceId(0, 0).toShortHex()).isEqualTo("0");
  }

  @Test
  void saysWhichCharacterIsWrong() {
    assertThatThrownBy(() -> TraceId.parse("12xyz"))
        .hasMessageContaining("'x'")
        .hasMessageContaining("position 3");
    assertThatThrownBy(() -> TraceId.parse("1".repeat(33))).hasMessageContaining("128 bits");
    assertThatThrownBy(() -> TraceId.parse("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void bytesAndTextGiveTheIdBack(@ForAll long high, @ForAll long low) {
    TraceId id = new TraceId(high, low);
    assertThat(TraceId.at(id.toBytes(), 0)).isEqualTo(id);
    assertThat(TraceId.parse(id.toHex())).isEqualTo(id);
    assertThat(TraceId.parse(id.toShortHex())).isEqualTo(id);
  }

  @Property
  void isOrderedAsItsBytesAre(@ForAll long h1, @ForAll long l1, @ForAll long h2, @ForAll long l2) {
    TraceId a = new TraceId(h1, l1);
    TraceId b = new TraceId(h2, l2);
    int byBytes = java.util.Arrays.compareUnsigned(a.toBytes(), b.toBytes());
    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(Integer.signum(byBytes));
  }

  /// By chance 4096 ids take about 3223 of 8192 places.
  @Test
  void idsThatAreAlikeHaveDifferentHashes() {
    for (int shift = 0; shift <= Long.SIZE - 12; shift += 4) {
      BitSet byHigh = new BitSet();
      BitSet byLow = new BitSet();
      BitSet byBoth = new BitSet();
      for (long i = 0; i < 4096; i++) {
        byHigh.set(TraceId.hash(i << shift, 7) & 8191);
        byLow.set(TraceId.hash(7, i << shift) & 8191);
        byBoth.set(TraceId.hash(i << shift, Long.rotateLeft(i << shift, 32)) & 8191);
      }
      assertThat(byHigh.cardinality()).as("high %d", shift).isGreaterThan(2900);
      assertThat(byLow.cardinality()).as("low %d", shift).isGreaterThan(2900);
      assertThat(byBoth.cardinality()).as("both %d", shift).isGreaterThan(2900);
    }
  }
}
