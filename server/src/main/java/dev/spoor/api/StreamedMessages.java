package dev.spoor.api;

import dev.spoor.model.Bytes;
import dev.spoor.wire.query.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes the messages of a stream out of an answer that grows: what the client has not seen yet, in
/// pieces that are not too large. One thread at a time.
///
/// @param <A> the answer
/// @param <E> what it is a list of
final class StreamedMessages<A extends Answer, E> {

  /// How an answer is taken apart and put together.
  interface Form<A, E> {

    List<E> elements(A answer);

    /// What stays the same when an element changes.
    Object key(E element);

    /// The same answer with other elements.
    A with(A answer, List<E> elements);
  }

  /// What of an answer goes into its messages.
  enum Content {
    /// New and changed elements.
    CHANGES,
    /// Likewise, but everything at the end.
    CHANGES_THEN_ALL,
    /// Always everything: the client forgets what a message before had.
    ALL
  }

  private final Form<A, E> form;
  private final Content content;
  private final int maxBytes;
  private final Map<Object, E> sent = new HashMap<>();

  /// @param maxBytes larger messages are split, down to single elements
  StreamedMessages(Form<A, E> form, Content content, int maxBytes) {
    this.form = form;
    this.content = content;
    this.maxBytes = maxBytes;
  }

  /// At least one, while the query runs.
  List<Bytes> of(A soFar) {
    List<E> elements = form.elements(soFar);
    return packed(soFar, content == Content.ALL ? elements : changed(elements));
  }

  /// At least one, when the query has ended.
  List<Bytes> last(A whole) {
    List<E> elements = form.elements(whole);
    return packed(whole, content == Content.CHANGES ? changed(elements) : elements);
  }

  private List<E> changed(List<E> elements) {
    List<E> changed = new ArrayList<>();
    for (E element : elements) {
      if (!element.equals(sent.put(form.key(element), element))) {
        changed.add(element);
      }
    }
    return changed;
  }

  private List<Bytes> packed(A answer, List<E> elements) {
    List<Bytes> messages = new ArrayList<>();
    pack(answer, elements, messages);
    return messages;
  }

  private void pack(A answer, List<E> elements, List<Bytes> messages) {
    Bytes message = form.with(answer, elements).toProtobuf();
    if (message.length() <= maxBytes || elements.size() < 2) {
      messages.add(message);
      return;
    }
    int middle = elements.size() / 2;
    pack(answer, elements.subList(0, middle), messages);
    pack(answer, elements.subList(middle, elements.size()), messages);
  }
}
