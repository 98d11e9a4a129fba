//! Our tokenizer and tree against html5ever's and scraper's.

use proptest::prelude::*;

use super::*;

/// Whether a page gives the tree that scraper gives, node for node.
fn is_same(page: &str) -> bool {
    let (ours, theirs) = (document(page), Html::parse_document(page));
    ours.tree == theirs.tree && ours.quirks_mode == theirs.quirks_mode
}

#[test]
fn a_long_page_is_parsed_as_the_parser_alone_would_parse_it() {
    let page =
        format!("<!DOCTYPE html><title>Á</title>{}", "<p>Chợ phiên &amp; hội xuân</p>\r\n".repeat(3_000));
    assert!(page.len() > 4 * STEP_BYTES);
    assert!(is_same(&page));
}

#[test]
fn a_page_that_nests_without_end_stops() {
    let nested = document(&"<div>".repeat(100_000));
    assert!(nested.tree.nodes().len() < 10_000);
    let bold: Vec<String> = (0..5_000).map(|number| format!("<b id={number}>")).collect();
    let multiplied = document(&format!("<p>{}</p>{}", bold.concat(), "<p>x</p>".repeat(50_000)));
    assert!(multiplied.tree.nodes().len() < 4 * NODES_MAX);
}

#[test]
fn markup_of_every_kind_gives_the_same_tree() {
    for page in [
        "",
        "<",
        "</",
        "</>",
        "</ x>y",
        "<1>",
        "a < b && c > d",
        "<p",
        "<p class",
        "<p class=",
        "<p class='x",
        "<p class=x",
        "<p/>x",
        "<br/ class=a / id=b>",
        "<p =a ==b c='1'd=\"2\" c=3 E=4>x",
        "<P CLASS=Á data-Ảnh='ẢNH'>X</P >",
        "<a href=?a=1&amp=2&copy=3&amp;b>&copy3 &notit; &notin; &amp &#65 &#x41; &#; &#x; &#128; &#0; &#1114112;</a>",
        "&aacute;&Aacute &acutE; &nosuchname; &CounterClockwiseContourIntegral; &fjlig;&",
        "<title>a &amp; <b>b</b></title><textarea>\n<p>&lt;</textarea  x=1><xmp><p>&lt;</xmp >",
        "<script>a < b; '</scr'</script><style>p > a {}</style ><noscript><p>x</noscript><iframe><p></iframe>",
        "<script><!-- <script> </script> --> </script>x",
        "<script><!-- <script> </script> </script> x --></script>y",
        "<script><!--> <script></script>x",
        "<script><!-- <scripty> </script>x",
        "<script><!-- -- <script/ </script/ </script>x",
        "<script>x</script",
        "<script>x</scriptx></script a>y",
        "<title>x",
        "<plaintext>a<b>c\0d",
        "<!-->a<!--->b<!---->c<!--x-->d<!--x--!>e<!--x--y-->f<!--<!-->g<!--x",
        "<!--x--",
        "<!--x--!",
        "<!--x-",
        "<!x>a<!>b<?php x ?>c<!doctype>d",
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" 'http://x'><p>x<table>",
        "<!doctype HTML SYSTEM \"a>b\">x",
        "<!DOCTYPE",
        "<![CDATA[x]]>y<svg><![CDATA[a<b>]]]>c]]><title>t</title></svg><math><mi><![CDATA[x",
        "<svg viewBox='0' xlink:href=a><foreignObject><p>x</svg><p>y",
        "a\0b<p\0q x\0=\0>\0</p><script>\0</script><!--\0--><svg>\0</svg><title>\0</title>",
        "\u{FEFF}a\u{FEFF}b<script></script>\u{FEFF}<p>c",
        "<meta charset=utf-8>\u{FEFF}<title>x</title>",
        "a\rb\r\nc<pre>\r\nd</pre><textarea>\r\re</textarea>&#13;<p x='\r\n'\r\ny>",
        "<table>a<tr>b<td>c<p>d</table>e<select><option>f<p>g</select><template><p>h</template>",
        "<b><p>a</b>b</p><a>c<div><a>d</div></a><i><b></i>e</b>",
        "<html lang=vi><head><title>a</title></head> <body class=x>b</body> c</html> d<html id=y><body id=z>",
        "<form><input type=hidden><form></form><frameset><frame></frameset><noframes>x",
    ] {
        assert!(is_same(page), "{page:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_markup_gives_the_same_tree(
        page in "(<[a-z/!?]{0,2}|</?(p|b|a|div|table|td|tr|script|style|title|svg|pre|textarea|template|select|option)[ />]\
                 | ?(class|id|X)=?[\"']?|<!--|--!?>|<!\\[CDATA\\[|\\]\\]>|&(amp|lt|copy|not|#6|#x4|nbsp)?;?|[\"'=<>/&-]|\
                 \\PC|[ \n\r\t\u{0}ảđ]|<!DOCTYPE [a-z\"'> ]{0,6}){0,40}",
    ) {
        prop_assert!(is_same(&page), "{page:?}");
    }
}
